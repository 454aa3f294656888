import type { Value } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { formatDate } from './date-format.ts';
import { UNIT_MS } from './date-unit.ts';
import { isDateInRange, parseDate } from './parse-date.ts';
import { zoneArgument } from './zone-argument.ts';

/** A date for people: milliseconds must be whole here. */
const exactDate: Parameter['type'] = ['integer', 'date-text', 'date-value'];

/** Units in which people count time gone by, the longest first; months of 30 days, years of 365. */
const HUMAN_UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['year', 365 * UNIT_MS.day],
  ['month', 30 * UNIT_MS.day],
  ['day', UNIT_MS.day],
  ['hour', UNIT_MS.hour],
  ['minute', UNIT_MS.minute],
];

function humanTime(ms: number, nowMs: number): string {
  const distance = Math.abs(nowMs - ms);
  const unit = HUMAN_UNITS.find(([, length]) => distance >= length);
  if (unit === undefined) return 'just now';
  const count = Math.floor(distance / unit[1]);
  return `${count} ${unit[0]}${count === 1 ? '' : 's'} ${ms < nowMs ? 'ago' : 'from now'}`;
}

const nowText = (context: FunctionContext) => new Date(context.nowMs).toISOString().replace('Z', '+00:00');

/** Functions between dates, milliseconds and text, and those of the clock. */
export const dateTextFunctions: readonly FunctionDefinition[] = [
  {
    name: 'NOW',
    aliases: ['DATE_NOW'],
    category: 'date',
    parameters: [],
    pure: false,
    summary: 'Milliseconds since 1970; the same throughout a statement.',
    examples: [{ expression: 'NOW() > 0', result: true }],
    evaluate: (context: FunctionContext) => context.nowMs,
  },
  {
    name: 'NOW_ISO',
    aliases: ['DATE_NOW_ISO'],
    category: 'date',
    parameters: [],
    pure: false,
    summary: 'The time as ISO 8601 text in UTC; the same throughout a statement.',
    examples: [{ expression: 'DATE_TIMESTAMP(NOW_ISO()) == NOW()', result: true }],
    evaluate: nowText,
  },
  {
    name: 'DATE_ISO8601',
    category: 'date',
    parameters: [{ name: 'milliseconds', type: ['number', 'date-value'] }],
    summary: 'Milliseconds since 1970 as ISO 8601 text in UTC.',
    examples: [{ expression: 'DATE_ISO8601(1704067200123)', result: '2024-01-01T00:00:00.123Z' }],
    evaluate: (_context: FunctionContext, value: number) => {
      const ms = Math.trunc(value);
      if (!isDateInRange(ms)) throw new FunctionError('DATE_ISO8601', 'the number is out of the range of dates');
      return new Date(ms).toISOString();
    },
  },
  {
    name: 'DATE_TIMESTAMP',
    category: 'date',
    parameters: [{ name: 'date', type: ['date-text', 'date-value'] }],
    summary: 'ISO 8601 text as milliseconds since 1970.',
    examples: [
      { expression: "DATE_TIMESTAMP('2024-01-01T02:00:00+02:00')", result: 1_704_067_200_000 },
      { expression: "DATE_TIMESTAMP('2024-01-01')", result: 1_704_067_200_000 },
    ],
    evaluate: (_context: FunctionContext, ms: number) => ms,
  },
  {
    name: 'DATE_FORMAT',
    category: 'date',
    parameters: [
      { name: 'date', type: 'date' },
      { name: 'format', type: 'string' },
      { name: 'zone', type: 'string', optional: true },
    ],
    summary: 'The date written by a format of `strftime` directives (`%Y-%m-%d %H:%M:%S` …), in a zone.',
    examples: [
      {
        expression: "DATE_FORMAT('2024-07-05T12:00:00Z', '%d %b %Y %H:%M %Z', 'America/New_York')",
        result: '05 Jul 2024 08:00 EDT',
      },
      { expression: "DATE_FORMAT(0, '%F %T')", result: '1970-01-01 00:00:00' },
    ],
    evaluate: (_context: FunctionContext, ms: number, format: string, zoneName?: string) =>
      formatDate(ms, format, zoneArgument('DATE_FORMAT', zoneName)),
  },
  {
    name: 'HUMAN_TIME',
    category: 'date',
    parameters: [
      { name: 'date', type: exactDate },
      { name: 'now', type: exactDate, optional: true },
    ],
    pure: false,
    summary: 'How long ago, or from now, a date is, in words.',
    examples: [
      { expression: 'HUMAN_TIME(0, 7200000)', result: '2 hours ago' },
      { expression: "HUMAN_TIME('2025-06-15T16:30:00Z', '2025-06-15T14:30:00Z')", result: '2 hours from now' },
    ],
    evaluate: (context: FunctionContext, ms: number, nowMs = context.nowMs) => humanTime(ms, nowMs),
  },
  {
    name: 'IS_DATETIME',
    category: 'date',
    parameters: [{ name: 'value', type: 'any' }],
    summary: 'Whether a value is text and a valid ISO 8601 date-time.',
    examples: [
      { expression: "IS_DATETIME('2024-01-01T00:00:00Z')", result: true },
      { expression: "IS_DATETIME('2024-13-01T00:00:00Z')", result: false },
      { expression: 'IS_DATETIME(null)', result: false },
    ],
    evaluate: (_context: FunctionContext, value: Value) =>
      typeof value === 'string' && value.length > 'yyyy-mm-dd'.length && parseDate(value) !== undefined,
  },
];
