import { NATIVE_LIMITS } from '../limits.ts';
import { NativeError } from '../native-function.ts';
import type { Instant } from './instant.ts';
import { MONTHS, SHORT_NAME_LENGTH, WEEKDAYS } from './names.ts';

/** A number with the width and the padding that it has unless a directive says otherwise. */
interface NumberPart {
  readonly value: number;
  readonly width: number;
  readonly pad: '0' | ' ';
}

type Part = NumberPart | string;

function padded(value: number, width = 2, pad: '0' | ' ' = '0'): NumberPart {
  return { value, width, pad };
}

function hourOfTwelve({ hour }: Instant): number {
  return hour % 12 || 12;
}

/** Nanoseconds as a point and 3, 6 or 9 digits; nothing for a whole second. */
export function shortestFraction(nanoseconds: number): string {
  if (nanoseconds === 0) return '';
  const digits = String(nanoseconds).padStart(9, '0');
  return `.${digits.replace(/(?:000){1,2}$/, '')}`;
}

/** A year of four digits; with a sign when it has more or is before the year 0. */
function yearText(year: number): Part {
  return year > 9999 ? `+${year}` : padded(year, 4);
}

/** The directives of strftime, as far as they are about a moment in UTC. */
const PARTS: ReadonlyMap<string, (instant: Instant) => Part> = new Map<string, (instant: Instant) => Part>([
  ['Y', (at) => yearText(at.year)],
  ['C', (at) => padded(Math.floor(at.year / 100))],
  ['y', (at) => padded(((at.year % 100) + 100) % 100)],
  ['m', (at) => padded(at.month)],
  ['b', (at) => MONTHS[at.month - 1].slice(0, SHORT_NAME_LENGTH)],
  ['B', (at) => MONTHS[at.month - 1]],
  ['d', (at) => padded(at.day)],
  ['e', (at) => padded(at.day, 2, ' ')],
  ['a', (at) => WEEKDAYS[at.weekday - 1].slice(0, SHORT_NAME_LENGTH)],
  ['A', (at) => WEEKDAYS[at.weekday - 1]],
  ['w', (at) => padded(at.weekday % 7, 1)],
  ['u', (at) => padded(at.weekday, 1)],
  ['U', (at) => padded(at.weekOfYear(7))],
  ['W', (at) => padded(at.weekOfYear(1))],
  ['G', (at) => yearText(at.isoWeek.year)],
  ['g', (at) => padded(((at.isoWeek.year % 100) + 100) % 100)],
  ['V', (at) => padded(at.isoWeek.week)],
  ['j', (at) => padded(at.dayOfYear, 3)],
  ['H', (at) => padded(at.hour)],
  ['k', (at) => padded(at.hour, 2, ' ')],
  ['I', (at) => padded(hourOfTwelve(at))],
  ['l', (at) => padded(hourOfTwelve(at), 2, ' ')],
  ['M', (at) => padded(at.minute)],
  ['S', (at) => padded(at.second)],
  ['p', (at) => (at.hour < 12 ? 'AM' : 'PM')],
  ['P', (at) => (at.hour < 12 ? 'am' : 'pm')],
  ['s', (at) => padded(at.seconds, 1)],
  ['f', (at) => padded(at.nanoseconds, 9)],
  ['.f', (at) => shortestFraction(at.nanoseconds)],
  ['z', () => '+0000'],
  [':z', () => '+00:00'],
  ['::z', () => '+00:00:00'],
  [':::z', () => '+00'],
  ['#z', () => '+00'],
  ['Z', () => 'UTC'],
  ['n', () => '\n'],
  ['t', () => '\t'],
  ['%', () => '%'],
]);

/** Directives that are short for others. */
const SHORTHANDS: ReadonlyMap<string, string> = new Map([
  ['h', '%b'],
  ['D', '%m/%d/%y'],
  ['x', '%m/%d/%y'],
  ['F', '%Y-%m-%d'],
  ['v', '%e-%b-%Y'],
  ['R', '%H:%M'],
  ['T', '%H:%M:%S'],
  ['X', '%H:%M:%S'],
  ['r', '%I:%M:%S %p'],
  ['c', '%a %b %e %H:%M:%S %Y'],
  ['+', '%Y-%m-%dT%H:%M:%S%.f%:z'],
]);

/** A directive: a change of padding, digits of a fraction, colons, the letter. */
const DIRECTIVE = /%([-_0]?)(\.?[369]?(?=f)|\.(?=f)|:{1,3}(?=z)|#(?=z)|)([A-Za-z%+])|%/g;

/** A moment as text, by the directives of strftime. @throws NativeError for a directive that there is none of */
export function formatTime(instant: Instant, format: string): string {
  if (format.length > NATIVE_LIMITS.formatMaxLength) throw new NativeError('Invalid format: too long');
  return format.replace(DIRECTIVE, (written, padding = '', detail = '', letter = '') => {
    const expanded = SHORTHANDS.get(detail + letter);
    if (expanded !== undefined) return formatTime(instant, expanded);
    const digits = /^(\.?)([369])$/.exec(detail);
    if (digits !== null) return digits[1] + String(instant.nanoseconds).padStart(9, '0').slice(0, Number(digits[2]));
    const part = PARTS.get(detail + letter)?.(instant);
    if (part === undefined) throw new NativeError(`Invalid format: ${written}`);
    return typeof part === 'string' ? part : numberText(part, padding);
  });
}

function numberText({ value, width, pad }: NumberPart, padding: string): string {
  const digits = String(Math.abs(value));
  const sign = value < 0 ? '-' : '';
  if (padding === '-') return sign + digits;
  const fill = padding === '_' ? ' ' : padding === '0' ? '0' : pad;
  return fill === '0' ? sign + digits.padStart(width, '0') : (sign + digits).padStart(width);
}

/** A moment as ISO 8601 writes it, with an offset, and a fraction when there is one. */
export function formatIso(instant: Instant): string {
  return formatTime(instant, '%+');
}
