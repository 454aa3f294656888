/** A day without a change of clocks, in milliseconds. */
export const DAY_MS = 86_400_000;

/** Days from 1 March of year 0 to 1 January 1970. */
const DAYS_TO_1970 = 719_468;

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days of a month in the proleptic Gregorian calendar; `month` is 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : DAYS_IN_MONTH[month - 1];
}

/** Whether February has 29 days. */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/**
 * Midnight UTC of a day of the proleptic Gregorian calendar; `month` is 1 to 12. Years begin in March here, so that the
 * leap day is the last of its year.
 */
export function utcMilliseconds(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const daysBeforeMonth = Math.floor((153 * ((month + 9) % 12) + 2) / 5);
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return (marchYear * 365 + leapDays + daysBeforeMonth + day - 1 - DAYS_TO_1970) * DAY_MS;
}
