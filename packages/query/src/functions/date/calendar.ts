import { DAY_MS, daysInMonth, utcMilliseconds } from './gregorian.ts';

/** What a wall clock and a calendar show, in the proleptic Gregorian calendar. */
export interface CalendarFields {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  /** 1 to 31 */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** The fields of a local time (see `TimeZone`). */
export function calendarFields(localMs: number): CalendarFields {
  const date = new Date(localMs);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
  };
}

/** 0 for Sunday to 6 for Saturday. */
export function dayOfWeek(localMs: number): number {
  return new Date(localMs).getUTCDay();
}

/** 1 for the first of January. */
export function dayOfYear(localMs: number): number {
  return Math.floor((localMs - utcMilliseconds(new Date(localMs).getUTCFullYear(), 1, 1)) / DAY_MS) + 1;
}

/** Week and year of ISO 8601: weeks start on Monday, and the first one holds the fourth of January. */
export function isoWeek(localMs: number): { readonly year: number; readonly week: number } {
  const thursday = localMs + (4 - (dayOfWeek(localMs) || 7)) * DAY_MS;
  return { year: new Date(thursday).getUTCFullYear(), week: Math.ceil(dayOfYear(thursday) / 7) };
}

/** Week of the year whose weeks start on a day (0 Sunday, 1 Monday); days before the first such day are week 0. */
export function weekOfYear(localMs: number, firstDay: 0 | 1): number {
  return Math.floor((dayOfYear(localMs) + 6 - ((dayOfWeek(localMs) - firstDay + 7) % 7)) / 7);
}

/** A local time so many months later, on the same day of the month or, where there is none, on the last. */
export function addMonths(localMs: number, months: number): number {
  const { year, month, day } = calendarFields(localMs);
  const monthsSinceYear0 = year * 12 + month - 1 + months;
  const newYear = Math.floor(monthsSinceYear0 / 12);
  const newMonth = monthsSinceYear0 - newYear * 12 + 1;
  const timeOfDay = localMs - Math.floor(localMs / DAY_MS) * DAY_MS;
  return utcMilliseconds(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth))) + timeOfDay;
}
