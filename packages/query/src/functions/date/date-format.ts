import { FunctionError } from '../function-error.ts';
import { type CalendarFields, calendarFields, dayOfWeek, dayOfYear, isoWeek, weekOfYear } from './calendar.ts';
import { formatOffset, type TimeZone } from './time-zone.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** A moment as a directive sees it. */
interface Moment {
  readonly ms: number;
  readonly localMs: number;
  readonly fields: CalendarFields;
  readonly zone: TimeZone;
}

/** A directive that prints a number, with its usual width and padding; `%-d`, `%_d` and `%0d` change the padding. */
interface NumericDirective {
  readonly width: number;
  readonly pad: '0' | ' ';
  readonly value: (moment: Moment) => number;
}

const number = (width: number, value: (moment: Moment) => number, pad: '0' | ' ' = '0'): NumericDirective => ({
  width,
  pad,
  value,
});

const hour12 = ({ fields }: Moment) => fields.hour % 12 || 12;

const numericDirectives: ReadonlyMap<string, NumericDirective> = new Map(
  Object.entries({
    Y: number(4, ({ fields }) => fields.year),
    C: number(2, ({ fields }) => Math.floor(fields.year / 100)),
    y: number(2, ({ fields }) => modulo(fields.year, 100)),
    q: number(1, ({ fields }) => Math.ceil(fields.month / 3)),
    m: number(2, ({ fields }) => fields.month),
    d: number(2, ({ fields }) => fields.day),
    e: number(2, ({ fields }) => fields.day, ' '),
    w: number(1, ({ localMs }) => dayOfWeek(localMs)),
    u: number(1, ({ localMs }) => dayOfWeek(localMs) || 7),
    U: number(2, ({ localMs }) => weekOfYear(localMs, 0)),
    W: number(2, ({ localMs }) => weekOfYear(localMs, 1)),
    G: number(4, ({ localMs }) => isoWeek(localMs).year),
    g: number(2, ({ localMs }) => modulo(isoWeek(localMs).year, 100)),
    V: number(2, ({ localMs }) => isoWeek(localMs).week),
    j: number(3, ({ localMs }) => dayOfYear(localMs)),
    H: number(2, ({ fields }) => fields.hour),
    k: number(2, ({ fields }) => fields.hour, ' '),
    I: number(2, hour12),
    l: number(2, hour12, ' '),
    M: number(2, ({ fields }) => fields.minute),
    S: number(2, ({ fields }) => fields.second),
    f: number(9, ({ fields }) => fields.millisecond * 1_000_000),
    s: number(1, ({ ms }) => Math.floor(ms / 1000)),
  }),
);

const textDirectives: ReadonlyMap<string, (moment: Moment) => string> = new Map(
  Object.entries({
    b: ({ fields }: Moment) => MONTHS[fields.month - 1].slice(0, 3),
    h: ({ fields }: Moment) => MONTHS[fields.month - 1].slice(0, 3),
    B: ({ fields }: Moment) => MONTHS[fields.month - 1],
    a: ({ localMs }: Moment) => DAYS[dayOfWeek(localMs)].slice(0, 3),
    A: ({ localMs }: Moment) => DAYS[dayOfWeek(localMs)],
    p: ({ fields }: Moment) => (fields.hour < 12 ? 'AM' : 'PM'),
    P: ({ fields }: Moment) => (fields.hour < 12 ? 'am' : 'pm'),
    '.f': ({ fields }: Moment) => (fields.millisecond === 0 ? '' : `.${fraction(fields, 3)}`),
    '.3f': ({ fields }: Moment) => `.${fraction(fields, 3)}`,
    '.6f': ({ fields }: Moment) => `.${fraction(fields, 6)}`,
    '.9f': ({ fields }: Moment) => `.${fraction(fields, 9)}`,
    '3f': ({ fields }: Moment) => fraction(fields, 3),
    '6f': ({ fields }: Moment) => fraction(fields, 6),
    '9f': ({ fields }: Moment) => fraction(fields, 9),
    Z: ({ zone, ms }: Moment) => zone.abbreviationAt(ms),
    z: (moment: Moment) => formatOffset(offsetOf(moment), ''),
    ':z': (moment: Moment) => formatOffset(offsetOf(moment), ':'),
    '::z': (moment: Moment) => formatOffset(offsetOf(moment), ':', true),
    ':::z': (moment: Moment) => formatOffset(offsetOf(moment), ':').slice(0, 3),
    n: () => '\n',
    t: () => '\t',
    '%': () => '%',
  }),
);

/** Directives that stand for a longer format. */
const composedDirectives: ReadonlyMap<string, string> = new Map(
  Object.entries({
    D: '%m/%d/%y',
    x: '%m/%d/%y',
    F: '%Y-%m-%d',
    v: '%e-%b-%Y',
    R: '%H:%M',
    T: '%H:%M:%S',
    X: '%H:%M:%S',
    r: '%I:%M:%S %p',
    c: '%a %b %e %H:%M:%S %Y',
    '+': '%Y-%m-%dT%H:%M:%S%.f%:z',
  }),
);

const DIRECTIVE = /%(?:([-_0])([A-Za-z])|(\.[369]?f|[369]f|:{1,3}z|[A-Za-z+%])|)/g;

/**
 * A moment in a zone, written by a format of `strftime` directives; an error for a directive that does not exist.
 *
 * @example formatDate(0, '%F %T %Z', TimeZone.utc) // '1970-01-01 00:00:00 UTC'
 */
export function formatDate(ms: number, format: string, zone: TimeZone): string {
  const localMs = zone.toLocal(ms);
  return expand(format, { ms, localMs, fields: calendarFields(localMs), zone });
}

function expand(format: string, moment: Moment): string {
  return format.replace(DIRECTIVE, (written, modifier?: string, modified?: string, plain?: string) => {
    const text = modified === undefined ? expandPlain(plain ?? '', moment) : expandNumber(modified, modifier!, moment);
    if (text === undefined) throw new FunctionError('DATE_FORMAT', `unknown directive ${JSON.stringify(written)}`);
    return text;
  });
}

function expandPlain(name: string, moment: Moment): string | undefined {
  const composed = composedDirectives.get(name);
  if (composed !== undefined) return expand(composed, moment);
  return textDirectives.get(name)?.(moment) ?? expandNumber(name, '', moment);
}

function expandNumber(name: string, modifier: string, moment: Moment): string | undefined {
  const directive = numericDirectives.get(name);
  if (directive === undefined) return undefined;
  const value = directive.value(moment);
  const width = modifier === '-' ? 0 : directive.width;
  const pad = modifier === '' ? directive.pad : modifier === '_' ? ' ' : '0';
  const digits = String(Math.abs(value));
  // Years beyond four digits carry their sign, so that they can be told from longer numbers.
  const sign = value < 0 ? '-' : (name === 'Y' || name === 'G') && value > 9999 ? '+' : '';
  return pad === '0' ? sign + digits.padStart(width, '0') : (sign + digits).padStart(width, ' ');
}

function fraction(fields: CalendarFields, digits: number): string {
  return String(fields.millisecond).padStart(3, '0').padEnd(digits, '0');
}

function offsetOf({ ms, localMs }: Moment): number {
  return localMs - ms;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
