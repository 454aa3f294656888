import { NativeError } from '../native-function.ts';
import { MONTHS, SHORT_NAME_LENGTH, WEEKDAYS } from './names.ts';

/** What a text says about a moment; what it leaves open is the start of 1970 in UTC. */
interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Seconds. */
  fraction: number;
  /** Minutes east of UTC. */
  offset: number;
  isAfternoon?: boolean;
  /** Counted from 1: instead of month and day. */
  dayOfYear?: number;
  /** A week by ISO 8601, instead of year, month and day: its year, its number, and the day in it, 1 for Monday. */
  weekYear?: number;
  week?: number;
  weekday?: number;
  /** Seconds since 1970, when that is what the text says. */
  timestamp?: number;
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d{1,18})?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

function parseError(problem: string): NativeError {
  return new NativeError(`Parse error: ${problem}`);
}

function start(): Fields {
  return { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, fraction: 0, offset: 0 };
}

/** Seconds since 1970. @throws NativeError for days and times that there are none of */
function timestampOf(fields: Fields): number {
  if (fields.timestamp !== undefined) return fields.timestamp + fields.fraction;
  const { minute, second } = fields;
  const hour = fields.isAfternoon === undefined ? fields.hour : (fields.hour % 12) + (fields.isAfternoon ? 12 : 0);
  const date = dateOf(fields);
  // 60 is a leap second.
  if (date === undefined || hour > 23 || minute > 59 || second > 60) throw parseError('input is out of range');
  return date.getTime() / 1000 + hour * 3600 + (minute - fields.offset) * 60 + second + fields.fraction;
}

/** Midnight of the day; undefined for a day that there is none of. */
function dateOf({ year, month, day, dayOfYear, weekYear, week, weekday = 1 }: Fields): Date | undefined {
  if (weekYear !== undefined && week !== undefined) return dateOfWeek(weekYear, week, weekday);
  if (dayOfYear !== undefined) {
    const date = dateIn(year, 1, dayOfYear);
    return dayOfYear > 0 && date.getUTCFullYear() === year ? date : undefined;
  }
  const date = dateIn(year, month, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date : undefined;
}

/** The first week of a year is the one that its 4th of January lies in. */
function dateOfWeek(weekYear: number, week: number, weekday: number): Date | undefined {
  const mondayOfFirst = (year: number) => 5 - (dateIn(year, 1, 4).getUTCDay() || 7);
  const date = dateIn(weekYear, 1, mondayOfFirst(weekYear) + (week - 1) * 7);
  if (week < 1 || date >= dateIn(weekYear + 1, 1, mondayOfFirst(weekYear + 1))) return undefined;
  date.setUTCDate(date.getUTCDate() + weekday - 1);
  return date;
}

function dateIn(year: number, month: number, day: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
}

/** Seconds since 1970 of a moment as RFC 3339 writes it. @throws NativeError */
export function parseRfc3339(text: string): number {
  const match = RFC3339.exec(text);
  if (match === null) throw parseError('input is not a date and time of RFC 3339');
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const [fraction, sign, offsetHours, offsetMinutes] = match.slice(7);
  const offset = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * (sign === '-' ? -1 : 1);
  return timestampOf({ year, month, day, hour, minute, second, fraction: Number(`0${fraction ?? ''}`), offset });
}

interface Directive {
  readonly pattern: string;
  read?(fields: Fields, text: string): void;
}

type NumberField =
  | 'year'
  | 'month'
  | 'day'
  | 'hour'
  | 'minute'
  | 'second'
  | 'dayOfYear'
  | 'weekYear'
  | 'week'
  | 'weekday';

function number(pattern: string, name: NumberField): Directive {
  return {
    pattern,
    read: (fields, text) => {
      fields[name] = Number(text);
    },
  };
}

function nameOf(names: readonly string[], read?: (fields: Fields, index: number) => void): Directive {
  const short = names.map((name) => name.slice(0, SHORT_NAME_LENGTH));
  return {
    pattern: [...names, ...short].join('|'),
    read: (fields, text) => read?.(fields, short.indexOf(text[0].toUpperCase() + text.slice(1, 3).toLowerCase())),
  };
}

const month = nameOf(MONTHS, (fields, index) => {
  fields.month = index + 1;
});
const weekday = nameOf(WEEKDAYS);
const offset: Directive = {
  pattern: '[Zz]|[+-]\\d\\d:?\\d\\d',
  read: (fields, text) => {
    const digits = text.replace(/\D/g, '');
    const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
    fields.offset = text.startsWith('-') ? -minutes : minutes;
  },
};
const fraction: Directive = {
  pattern: '\\.?\\d{1,18}',
  read: (fields, text) => {
    fields.fraction = Number(`0.${text.replace('.', '')}`);
  },
};
const halfDay: Directive = {
  pattern: '[AaPp][Mm]',
  read: (fields, text) => {
    fields.isAfternoon = text[0].toUpperCase() === 'P';
  },
};

const DIRECTIVES: ReadonlyMap<string, Directive> = new Map<string, Directive>([
  ['Y', number('[+-]\\d{1,6}|\\d{1,4}', 'year')],
  [
    'y',
    {
      pattern: '\\d{2}',
      // As POSIX has it: 69 is 1969, 68 is 2068.
      read: (fields, text) => {
        fields.year = Number(text) + (Number(text) < 69 ? 2000 : 1900);
      },
    },
  ],
  ['m', number('\\d{1,2}', 'month')],
  ['d', number(' ?\\d{1,2}', 'day')],
  ['e', number(' ?\\d{1,2}', 'day')],
  ['H', number('\\d{1,2}', 'hour')],
  ['k', number(' ?\\d{1,2}', 'hour')],
  ['I', number('\\d{1,2}', 'hour')],
  ['l', number(' ?\\d{1,2}', 'hour')],
  ['M', number('\\d{1,2}', 'minute')],
  ['S', number('\\d{1,2}', 'second')],
  ['b', month],
  ['B', month],
  ['h', month],
  ['a', weekday],
  ['A', weekday],
  ['p', halfDay],
  ['P', halfDay],
  ['z', offset],
  [':z', offset],
  ['Z', { pattern: 'UTC|GMT|Z' }],
  ['f', fraction],
  ['.f', { ...fraction, pattern: '(?:\\.\\d{1,18})?' }],
  ...[3, 6, 9].flatMap((digits): [string, Directive][] => [
    [`${digits}f`, { ...fraction, pattern: `\\d{${digits}}` }],
    [`.${digits}f`, { ...fraction, pattern: `\\.\\d{${digits}}` }],
  ]),
  ['j', number('\\d{1,3}', 'dayOfYear')],
  ['G', number('[+-]\\d{1,6}|\\d{1,4}', 'weekYear')],
  ['V', number('\\d{1,2}', 'week')],
  ['u', number('[1-7]', 'weekday')],
  ['w', { pattern: '[0-6]' }],
  ['U', { pattern: '\\d{1,2}' }],
  ['W', { pattern: '\\d{1,2}' }],
  [
    's',
    {
      pattern: '-?\\d{1,13}',
      read: (fields, text) => {
        fields.timestamp = Number(text);
      },
    },
  ],
  ['n', { pattern: '\\s' }],
  ['t', { pattern: '\\s' }],
  ['%', { pattern: '%' }],
]);

/** Directives that are short for others. */
const SHORTHANDS: ReadonlyMap<string, string> = new Map([
  ['%F', '%Y-%m-%d'],
  ['%T', '%H:%M:%S'],
  ['%X', '%H:%M:%S'],
  ['%R', '%H:%M'],
  ['%D', '%m/%d/%y'],
  ['%x', '%m/%d/%y'],
  ['%r', '%I:%M:%S %p'],
  ['%c', '%a %b %e %H:%M:%S %Y'],
  ['%v', '%e-%b-%Y'],
  ['%+', '%Y-%m-%dT%H:%M:%S%.f%:z'],
]);

/** Code units of a format and of a text that it is to read. */
const TEXT_MAX_LENGTH = 512;

/**
 * Seconds since 1970 of a moment written by the directives of strptime. Each directive takes as much as it can and
 * gives nothing back, so that no text takes long.
 * @throws NativeError
 */
export function parseTime(text: string, format: string): number {
  if (Math.max(text.length, format.length) > TEXT_MAX_LENGTH) throw parseError('text too long');
  const long = format.replace(/%[A-Za-z%+]/g, (written) => SHORTHANDS.get(written) ?? written);
  const fields = start();
  let at = 0;
  for (const [written, detail = '', letter] of long.matchAll(/%[-_0]?(:|\.?[369]?)([A-Za-z%])|[\s\S]/gu)) {
    if (letter === undefined) {
      if (!text.startsWith(written, at)) throw mismatch();
      at += written.length;
      continue;
    }
    const directive = DIRECTIVES.get(detail + letter);
    if (directive === undefined) throw parseError(`invalid format ${written}`);
    const taken = take(directive, text, at);
    directive.read?.(fields, taken.trim());
    at += taken.length;
  }
  if (at < text.length) throw mismatch();
  return timestampOf(fields);
}

function take({ pattern }: Directive, text: string, at: number): string {
  const expression = new RegExp(pattern, 'iy');
  expression.lastIndex = at;
  const match = expression.exec(text);
  if (match === null) throw mismatch();
  return match[0];
}

function mismatch(): NativeError {
  return parseError('input does not match the format');
}
