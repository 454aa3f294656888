import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { addToDate, dateDifference, truncateDate } from './date-arithmetic.ts';
import { dateUnit, UNIT_MS } from './date-unit.ts';
import { isDateInRange, parseDate } from './parse-date.ts';
import { zoneArgument } from './zone-argument.ts';

const date: Parameter = { name: 'date', type: 'date' };
const amount: Parameter = { name: 'amount', type: 'integer' };
const unit: Parameter = { name: 'unit', type: 'string' };
const zone: Parameter = { name: 'zone', type: 'string', optional: true };

/** ISO 8601 text in UTC with milliseconds; an error of the function beyond the range of dates. */
function isoText(functionName: string, ms: number): string {
  if (!isDateInRange(ms)) throw new FunctionError(functionName, 'the result is out of the range of dates');
  return new Date(ms).toISOString();
}

function shift(functionName: string, sign: 1 | -1): FunctionDefinition['evaluate'] {
  return (_context: FunctionContext, ms: number, count: number, unitName: string, zoneName?: string) => {
    const shifted = addToDate(ms, sign * count, dateUnit(functionName, unitName), zoneArgument(functionName, zoneName));
    return isoText(functionName, shifted);
  };
}

const BUCKET_UNITS = { s: UNIT_MS.second, m: UNIT_MS.minute, h: UNIT_MS.hour, d: UNIT_MS.day } as const;

/** Milliseconds of an interval like `5m`. */
function bucketLength(interval: string): number {
  const match = /^(\d{1,15})([smhd])$/.exec(interval);
  const length = match === null ? 0 : Number(match[1]) * BUCKET_UNITS[match[2] as keyof typeof BUCKET_UNITS];
  if (length > 0) return length;
  throw new FunctionError('TIME_BUCKET', 'argument 2 (interval) must be a number above 0 and s, m, h or d, as in 5m');
}

function bucketStart(ms: number, length: number): number {
  return Math.floor(ms / length) * length + 0;
}

/** Text without its milliseconds where they are 0, with the offset of UTC in digits. */
function bucketText(ms: number): string {
  return isoText('TIME_BUCKET', ms).replace(/(?:\.000)?Z$/, '+00:00');
}

/** Functions that count on the calendar. Their answers are ISO 8601 text in UTC. */
export const dateArithmeticFunctions: readonly FunctionDefinition[] = [
  {
    name: 'DATE_ADD',
    category: 'date',
    parameters: [date, amount, unit, zone],
    summary:
      'The date so many units later: y, m, w, d, h, i (minutes), s, f (milliseconds) or their names. Months and years are counted on the calendar of the zone and clamped to the month’s end.',
    examples: [
      { expression: "DATE_ADD('2024-01-31', 1, 'month')", result: '2024-02-29T00:00:00.000Z' },
      { expression: "DATE_ADD(0, 36, 'h')", result: '1970-01-02T12:00:00.000Z' },
    ],
    evaluate: shift('DATE_ADD', 1),
  },
  {
    name: 'DATE_SUBTRACT',
    aliases: ['DATE_SUB'],
    category: 'date',
    parameters: [date, amount, unit, zone],
    summary: 'The date so many units earlier; see DATE_ADD.',
    examples: [{ expression: "DATE_SUBTRACT('2024-03-31', 1, 'month')", result: '2024-02-29T00:00:00.000Z' }],
    evaluate: shift('DATE_SUBTRACT', -1),
  },
  {
    name: 'DATE_DIFF',
    category: 'date',
    parameters: [
      { name: 'from', type: 'date' },
      { name: 'to', type: 'date' },
      unit,
      { name: 'asFloat', type: 'boolean', optional: true },
      { name: 'fromZone', type: 'string', optional: true },
      { name: 'toZone', type: 'string', optional: true },
    ],
    summary:
      'Units from one date to another, negative when the second is earlier: years and months as the calendars of the zones count them, other units as time gone by; whole ones unless `asFloat`.',
    examples: [
      { expression: "DATE_DIFF('2024-01-01', '2024-01-11T12:00:00Z', 'd')", result: 10 },
      { expression: "DATE_DIFF('2024-01-01', '2024-01-11T12:00:00Z', 'd', true)", result: 10.5 },
      { expression: "DATE_DIFF('2023-12-31', '2024-01-01', 'y')", result: 1 },
    ],
    evaluate: (
      _context: FunctionContext,
      from: number,
      to: number,
      unitName: string,
      asFloat = false,
      fromZoneName?: string,
      toZoneName = fromZoneName,
    ) =>
      dateDifference(
        { ms: from, zone: zoneArgument('DATE_DIFF', fromZoneName) },
        { ms: to, zone: zoneArgument('DATE_DIFF', toZoneName) },
        dateUnit('DATE_DIFF', unitName),
        asFloat,
      ),
  },
  {
    name: 'DATE_TRUNC',
    category: 'date',
    parameters: [date, unit, zone],
    summary: 'The start of the year, month, week (Monday), day, hour, minute or second that holds the date, in a zone.',
    examples: [
      { expression: "DATE_TRUNC('2024-05-17T13:45:59Z', 'week')", result: '2024-05-13T00:00:00.000Z' },
      {
        expression: "DATE_TRUNC('2024-01-01T03:00:00Z', 'day', 'America/New_York')",
        result: '2023-12-31T05:00:00.000Z',
      },
    ],
    evaluate: (_context: FunctionContext, ms: number, unitName: string, zoneName?: string) =>
      isoText('DATE_TRUNC', truncateDate(ms, dateUnit('DATE_TRUNC', unitName), zoneArgument('DATE_TRUNC', zoneName))),
  },
  {
    name: 'TIME_BUCKET',
    category: 'date',
    parameters: [
      { name: 'date', type: ['integer', 'string', 'date-value'] },
      { name: 'interval', type: 'string' },
    ],
    summary:
      'The start of the interval (`15s`, `5m`, `1h`, `7d`) that holds the date, counted from 1970: milliseconds for milliseconds, text for text.',
    examples: [
      { expression: "TIME_BUCKET(1704067261500, '1m')", result: 1_704_067_260_000 },
      { expression: "TIME_BUCKET('2024-01-01T00:07:31Z', '5m')", result: '2024-01-01T00:05:00+00:00' },
    ],
    evaluate: (_context: FunctionContext, value: number | string, interval: string) => {
      const length = bucketLength(interval);
      if (typeof value === 'number') return bucketStart(value, length);
      const ms = parseDate(value);
      if (ms === undefined) throw new FunctionError('TIME_BUCKET', 'argument 1 (date) must be ISO 8601 text');
      return bucketText(bucketStart(ms, length));
    },
  },
];
