import { NativeError, type NativeFunction, type NativeTable } from '../native-function.ts';
import { Parameters } from '../parameters.ts';
import { preciseNowMs } from './clock.ts';
import { formatIso, formatTime } from './format-time.ts';
import { Instant } from './instant.ts';
import { parseRfc3339, parseTime } from './parse-time.ts';

/** Seconds a unit. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 0.001],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
]);

const USUAL_FORMAT = '%Y-%m-%d %H:%M:%S';

/** The moment at a position: seconds since 1970, or now. */
function instantAt(p: Parameters, position: number): Instant {
  return new Instant(p.has(position) ? p.number(position) : preciseNowMs() / 1000);
}

function moved(name: string, direction: 1 | -1): NativeFunction {
  return (...values) => {
    const p = new Parameters(name, values);
    const unit = p.textOr(3, 's');
    const seconds = UNITS.get(unit);
    if (seconds === undefined) throw new NativeError(`Unknown unit: ${unit}`);
    const moment = p.number(1) + direction * (unit === 'ms' ? p.number(2) / 1000 : p.number(2) * seconds);
    new Instant(moment);
    return moment;
  };
}

function part(name: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'weekday'): NativeFunction {
  return (...values) => instantAt(new Parameters(name, values), 1)[name];
}

/** The functions that scripts find in `time`, but for `sleep`. Timestamps are seconds since 1970; all is told in UTC. */
export const timeFunctions = {
  now: () => preciseNowMs() / 1000,
  now_ms: () => Date.now(),
  now_ns: () => BigInt(Math.round(preciseNowMs() * 1000)) * 1000n,
  millis: () => Date.now(),
  format(...values) {
    const p = new Parameters('format', values);
    return formatTime(new Instant(p.number(1)), p.text(2));
  },
  date(...values) {
    const p = new Parameters('date', values);
    return formatTime(instantAt(p, 2), p.textOr(1, USUAL_FORMAT));
  },
  iso: (...values) => formatIso(instantAt(new Parameters('iso', values), 1)),
  parse(...values) {
    const p = new Parameters('parse', values);
    return p.has(2) ? parseTime(p.text(1), p.text(2)) : parseRfc3339(p.text(1));
  },
  add: moved('add', 1),
  subtract: moved('subtract', -1),
  diff(...values) {
    const p = new Parameters('diff', values);
    return p.number(1) - p.number(2);
  },
  year: part('year'),
  month: part('month'),
  day: part('day'),
  hour: part('hour'),
  minute: part('minute'),
  second: part('second'),
  weekday: part('weekday'),
} satisfies NativeTable;
