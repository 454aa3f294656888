import { addMonths, calendarFields, dayOfWeek } from './calendar.ts';
import { type DateUnit, UNIT_MS } from './date-unit.ts';
import { DAY_MS, utcMilliseconds } from './gregorian.ts';
import type { TimeZone } from './time-zone.ts';

/**
 * A moment so many units later. Months and years are counted on the calendar of the zone and keep the time of the
 * wall clock; all other units are lengths of time. May leave the range of dates.
 */
export function addToDate(ms: number, amount: number, unit: DateUnit, zone: TimeZone): number {
  if (unit !== 'year' && unit !== 'month') return ms + amount * UNIT_MS[unit];
  if (amount === 0) return ms;
  return zone.fromLocal(addMonths(zone.toLocal(ms), unit === 'year' ? amount * 12 : amount));
}

/** The moment at which the unit that holds `ms` began in the zone. */
export function truncateDate(ms: number, unit: DateUnit, zone: TimeZone): number {
  const local = zone.toLocal(ms);
  const midnight = Math.floor(local / DAY_MS) * DAY_MS;
  const { year, month } = calendarFields(local);
  switch (unit) {
    case 'year':
      return zone.fromLocal(utcMilliseconds(year, 1, 1));
    case 'month':
      return zone.fromLocal(utcMilliseconds(year, month, 1));
    case 'week':
      return zone.fromLocal(midnight - ((dayOfWeek(local) + 6) % 7) * DAY_MS);
    case 'day':
      return zone.fromLocal(midnight);
    default:
      // The part of the hour that has gone by does not depend on which of two equal local times this is.
      return ms - (local - Math.floor(local / UNIT_MS[unit]) * UNIT_MS[unit]);
  }
}

/** Units from one moment to another, each read in its zone; negative when the second is earlier. */
export function dateDifference(
  from: { readonly ms: number; readonly zone: TimeZone },
  to: { readonly ms: number; readonly zone: TimeZone },
  unit: DateUnit,
  asFloat: boolean,
): number {
  if (unit !== 'year' && unit !== 'month') {
    const difference = (to.ms - from.ms) / UNIT_MS[unit];
    return (asFloat ? difference : Math.trunc(difference)) + 0;
  }
  const start = calendarFields(from.zone.toLocal(from.ms));
  const end = calendarFields(to.zone.toLocal(to.ms));
  const years = end.year - start.year;
  const months = end.month - start.month;
  if (unit === 'year') return asFloat ? years + months / 12 : years;
  return years * 12 + months + (asFloat ? (end.day - start.day) / 30 : 0);
}
