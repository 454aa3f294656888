/** How far from 1970 a date may lie, either way: what `Date` holds, some 270,000 years. */
const MILLISECONDS_MAX = 8_640_000_000_000_000;

/**
 * year-month-day, then optionally `T`, `t` or a space and hour:minute[:second[.fraction]], then an offset.
 * A date alone is midnight, a time without an offset is UTC.
 */
const ISO_8601 =
  /^([+-]\d{6}|\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?(?:\s?([Zz])|([+-])(\d{2}):?(\d{2})?)?)?$/;

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days of a month in the proleptic Gregorian calendar; `month` is 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : DAYS_IN_MONTH[month - 1];
}

/** Whether February has 29 days. */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Whether a number of milliseconds since 1970 can be a date. */
export function isDateInRange(milliseconds: number): boolean {
  return Math.abs(milliseconds) <= MILLISECONDS_MAX;
}

/**
 * Milliseconds since 1970 of ISO 8601 text, of a number of milliseconds (a fraction is dropped) or of a date;
 * undefined for text that is no date, and for what lies beyond the years a date can have.
 *
 * @example parseDate('2024-01-01T02:00:00+02:00') // 1704067200000
 */
export function parseDate(value: string | number | bigint | Date): number | undefined {
  if (typeof value === 'string') return parseText(value);
  const milliseconds = Math.trunc(Number(value)) + 0;
  return isDateInRange(milliseconds) ? milliseconds : undefined;
}

function parseText(text: string): number | undefined {
  const match = ISO_8601.exec(text);
  if (match === null) return undefined;
  const [, yearText, monthText, dayText, hour = '0', minute = '0', second = '0', fraction = ''] = match;
  const year = Number(yearText);
  const month = Number(monthText);
  const day = Number(dayText);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  // A leap second is read as the first second of the next minute, as POSIX time has none.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const offset = offsetMinutes(match[9], match[10], match[11]);
  if (offset === undefined) return undefined;
  const milliseconds =
    utcMilliseconds(year, month, day) +
    (Number(hour) * 60 + Number(minute) - offset) * 60_000 +
    Number(second) * 1000 +
    Number(fraction.slice(0, 3).padEnd(3, '0'));
  return isDateInRange(milliseconds) ? milliseconds : undefined;
}

function offsetMinutes(sign: string | undefined, hours = '0', minutes = '0'): number | undefined {
  if (sign === undefined) return 0;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offset = Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -offset : offset;
}

/** Midnight UTC of a calendar day; years below 100 mean themselves, which `Date.UTC` does not do. */
export function utcMilliseconds(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}
