import { FunctionError } from '../function-error.ts';
import { describeValue } from '../signature.ts';

/** Units of date arithmetic. */
export type DateUnit = 'year' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond';

const UNIT_NAMES: ReadonlyMap<string, DateUnit> = new Map([
  ...unitNames('year', 'y'),
  ...unitNames('month', 'm'),
  ...unitNames('week', 'w'),
  ...unitNames('day', 'd'),
  ...unitNames('hour', 'h'),
  ...unitNames('minute', 'i'),
  ...unitNames('second', 's'),
  ...unitNames('millisecond', 'f', 'ms'),
]);

function unitNames(unit: DateUnit, ...short: string[]): [string, DateUnit][] {
  return [unit, `${unit}s`, ...short].map((name) => [name, unit]);
}

/** Milliseconds of the units that always have the same length. */
export const UNIT_MS = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
} as const;

/** The unit of that name, in any case; an error of the function for an unknown one. */
export function dateUnit(functionName: string, name: string): DateUnit {
  const unit = UNIT_NAMES.get(name.toLowerCase());
  if (unit !== undefined) return unit;
  throw new FunctionError(functionName, `unknown unit, got ${describeValue(name)}; units are y, m, w, d, h, i, s, f`);
}
