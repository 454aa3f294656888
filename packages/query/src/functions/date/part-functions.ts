import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { calendarFields, dayOfWeek, dayOfYear, isoWeek } from './calendar.ts';
import { daysInMonth } from './gregorian.ts';
import { zoneArgument } from './zone-argument.ts';

const date: Parameter = { name: 'date', type: 'date' };
const zone: Parameter = { name: 'zone', type: 'string', optional: true };

function fieldFunction(
  name: string,
  field: (date: Date) => number,
  summary: string,
  result: number,
): FunctionDefinition {
  return {
    name,
    category: 'date',
    parameters: [date],
    summary,
    examples: [{ expression: `${name}('2024-02-29T13:45:59.250Z')`, result }],
    evaluate: (_context: FunctionContext, ms: number) => field(new Date(ms)),
  };
}

/** Functions that answer a part of a date, in UTC unless a zone is given. */
export const datePartFunctions: readonly FunctionDefinition[] = [
  fieldFunction('DATE_YEAR', (date) => date.getUTCFullYear(), 'The year.', 2024),
  fieldFunction('DATE_MONTH', (date) => date.getUTCMonth() + 1, 'The month, 1 to 12.', 2),
  fieldFunction('DATE_DAY', (date) => date.getUTCDate(), 'The day of the month, 1 to 31.', 29),
  fieldFunction('DATE_HOUR', (date) => date.getUTCHours(), 'The hour, 0 to 23.', 13),
  fieldFunction('DATE_MINUTE', (date) => date.getUTCMinutes(), 'The minute, 0 to 59.', 45),
  fieldFunction('DATE_SECOND', (date) => date.getUTCSeconds(), 'The second, 0 to 59.', 59),
  fieldFunction('DATE_MILLISECOND', (date) => date.getUTCMilliseconds(), 'The millisecond, 0 to 999.', 250),
  {
    name: 'DATE_QUARTER',
    category: 'date',
    parameters: [date],
    summary: 'The quarter of the year, 1 to 4.',
    examples: [{ expression: "DATE_QUARTER('2024-05-01')", result: 2 }],
    evaluate: (_context: FunctionContext, ms: number) => Math.floor(new Date(ms).getUTCMonth() / 3) + 1,
  },
  {
    name: 'DATE_DAYOFWEEK',
    category: 'date',
    parameters: [date],
    summary: 'The day of the week, 0 for Sunday to 6 for Saturday.',
    examples: [{ expression: "DATE_DAYOFWEEK('2024-01-07')", result: 0 }],
    evaluate: (_context: FunctionContext, ms: number) => dayOfWeek(ms),
  },
  {
    name: 'DATE_ISOWEEK',
    aliases: ['DATE_WEEK'],
    category: 'date',
    parameters: [date],
    summary: 'The week of ISO 8601: weeks start on Monday, and the first one holds the fourth of January.',
    examples: [{ expression: "DATE_ISOWEEK('2023-01-01')", result: 52 }],
    evaluate: (_context: FunctionContext, ms: number) => isoWeek(ms).week,
  },
  {
    name: 'DATE_DAYOFYEAR',
    category: 'date',
    parameters: [date, zone],
    summary: 'The day of the year, 1 to 366.',
    examples: [
      { expression: "DATE_DAYOFYEAR('2024-12-31')", result: 366 },
      { expression: "DATE_DAYOFYEAR('2024-01-01T02:00:00Z', 'America/New_York')", result: 365 },
    ],
    evaluate: (_context: FunctionContext, ms: number, zoneName?: string) =>
      dayOfYear(zoneArgument('DATE_DAYOFYEAR', zoneName).toLocal(ms)),
  },
  {
    name: 'DATE_DAYS_IN_MONTH',
    category: 'date',
    parameters: [date, zone],
    summary: 'How many days the month of the date has.',
    examples: [{ expression: "DATE_DAYS_IN_MONTH('2024-02-10')", result: 29 }],
    evaluate: (_context: FunctionContext, ms: number, zoneName?: string) => {
      const { year, month } = calendarFields(zoneArgument('DATE_DAYS_IN_MONTH', zoneName).toLocal(ms));
      return daysInMonth(year, month);
    },
  },
];
