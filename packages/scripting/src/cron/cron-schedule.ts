import { CairnError } from '@cairn/protocol/internal';
import { type CronExpression, CronExpressionParser } from 'cron-parser';
import { TimeZone } from './time-zone.ts';
import { yearsOf } from './year-field.ts';

/** Longest expression, characters: lists of minutes, hours and days fit, megabytes do not. */
const EXPRESSION_MAX_LENGTH = 1_000;
const SHORTHANDS: ReadonlySet<string> = new Set([
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
  '@minutely',
  '@secondly',
  '@weekdays',
  '@weekends',
]);
const HOURS_OF_A_DAY = 24;
/** Fields of an expression with seconds in front, and of one with a year behind. */
const FIELDS_WITH_SECONDS = 6;
const FIELDS_WITH_YEAR = 7;
const DAYS_OF_THE_WEEK: ReadonlySet<string> = new Set(['1', '2', '3', '4', '5', '6', '7']);
/** Days of the week by number, where they are counted from 1: not the steps and the weeks of a month behind `/` and `#`. */
const DAY_NUMBER = /(?<![/#\d])\d+/g;

/**
 * When something is to run again and again: five fields (minute, hour, day of month, month, day of week), six with seconds in front, seven
 * with a year behind, or a shorthand such as `@daily`, by the clock of a time zone. With five fields the days of the week are those of
 * Unix (0 and 7 are Sunday), with more they are counted from 1, which is Sunday, to 7, unless a 0 stands among them.
 *
 * The clock is put forward: what would have been due in the hour that is left out is due when it ends. It is put back: what is due
 * at a certain hour is due the first time that the clock shows it. What is due in every hour goes on as if nothing had happened.
 *
 * @example
 * new CronSchedule('30 2 * * *', 'Europe/Berlin').next(Date.now());
 */
export class CronSchedule {
  readonly expression: string;
  readonly zone: TimeZone;
  /** The expression without its year, as the parser reads it. */
  readonly #fields: string;
  /** Ascending; undefined where any will do. */
  readonly #years: readonly number[] | undefined;
  /** Fields that hold in every hour: such a schedule follows the time that passes, not the clock on the wall. */
  readonly #isHourly: boolean;

  /** @throws CairnError `invalid_argument` for an expression or a time zone that is none, or that no day can meet */
  constructor(expression: string, timeZone = 'UTC') {
    this.expression = expression.trim();
    this.zone = new TimeZone(timeZone);
    const { fields, years } = partsOf(this.expression);
    this.#fields = fields;
    this.#years = years;
    const parsed = this.#parse(0);
    this.#isHourly = parsed.fields.hour.values.length === HOURS_OF_A_DAY;
    this.next(0);
  }

  /** The first time after an instant, milliseconds since 1970; infinite when its years are over. */
  next(afterMs: number): number {
    const years = this.#years;
    let at = this.#nextInAnyYear(afterMs);
    if (years === undefined) return at;
    for (;;) {
      const year = new Date(this.zone.wallAt(at)).getUTCFullYear();
      const wanted = years.find((each) => each >= year);
      if (wanted === year) return at;
      if (wanted === undefined) return Number.POSITIVE_INFINITY;
      at = this.#nextInAnyYear(this.zone.instantOf(Date.UTC(wanted, 0, 1)) - 1);
    }
  }

  #nextInAnyYear(afterMs: number): number {
    return this.#isHourly ? this.#nextHourly(afterMs) : this.#nextOnTheWall(afterMs);
  }

  /** The next so many times; fewer when its years are over. */
  upcoming(afterMs: number, count: number): number[] {
    const times: number[] = [];
    for (let at = this.next(afterMs); times.length < count && Number.isFinite(at); at = this.next(at)) times.push(at);
    return times;
  }

  /** The clock's readings in their order, each at the instant that the zone gives it. */
  #nextOnTheWall(afterMs: number): number {
    const walls = this.#parse(this.zone.wallAt(afterMs));
    for (;;) {
      const instant = this.zone.instantOf(nextWall(walls));
      if (instant > afterMs) return instant;
    }
  }

  #nextHourly(afterMs: number): number {
    const { zone } = this;
    const offset = zone.offsetAt(afterMs);
    const instant = nextWall(this.#parse(afterMs + offset)) - offset;
    if (zone.offsetAt(instant) === offset) return instant;
    const change = zone.changeBetween(afterMs, instant);
    if (instant < change) return instant;
    const newOffset = zone.offsetAt(change);
    return nextWall(this.#parse(change + newOffset - 1)) - newOffset;
  }

  #parse(wallMs: number): CronExpression {
    try {
      return CronExpressionParser.parse(this.#fields, { tz: 'UTC', currentDate: new Date(wallMs) });
    } catch (cause) {
      throw invalidExpression(this.expression, cause);
    }
  }
}

function nextWall(walls: CronExpression): number {
  try {
    return walls.next().getTime();
  } catch (cause) {
    throw invalidExpression(walls.stringify(true), cause);
  }
}

/**
 * What the parser is to read of an expression, and the years in which it counts. The parser fills missing fields with stars: what has
 * fewer than five was hardly meant like that.
 *
 * @throws CairnError `invalid_argument`
 */
function partsOf(expression: string): { fields: string; years: readonly number[] | undefined } {
  if (expression.length > EXPRESSION_MAX_LENGTH) throw invalidExpression(expression);
  if (SHORTHANDS.has(expression)) return { fields: expression, years: undefined };
  const fields = expression.split(/\s+/);
  if (fields.length === FIELDS_WITH_SECONDS - 1) return { fields: fields.join(' '), years: undefined };
  if (fields.length !== FIELDS_WITH_SECONDS && fields.length !== FIELDS_WITH_YEAR) throw invalidExpression(expression);
  const year = fields[FIELDS_WITH_SECONDS];
  const years = year === undefined ? undefined : yearsOf(year);
  if (year !== undefined && years === undefined) throw invalidExpression(expression);
  const days = daysFromSunday(fields[FIELDS_WITH_SECONDS - 1]!);
  if (days === undefined) throw invalidExpression(expression);
  return { fields: [...fields.slice(0, FIELDS_WITH_SECONDS - 1), days].join(' '), years };
}

/** Days of the week counted from 1 as days counted from 0. Who names a 0 counts from there already. Undefined for what no day is. */
function daysFromSunday(field: string): string | undefined {
  const days: readonly string[] = field.match(DAY_NUMBER) ?? [];
  if (days.includes('0')) return field;
  if (!days.every((day) => DAYS_OF_THE_WEEK.has(day))) return undefined;
  return field.replace(DAY_NUMBER, (day) => String(Number(day) - 1));
}

function invalidExpression(expression: string, cause?: unknown): CairnError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new CairnError('invalid_argument', `Invalid cron expression '${expression.slice(0, 100)}'${reason}`, {
    cause,
  });
}
