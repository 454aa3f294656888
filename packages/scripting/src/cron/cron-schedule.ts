import { CairnError } from '@cairn/protocol/internal';
import { type CronExpression, CronExpressionParser } from 'cron-parser';
import { TimeZone } from './time-zone.ts';

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

/**
 * When something is to run again and again: five fields (minute, hour, day of month, month, day of week), six with seconds in front, or
 * a shorthand such as `@daily`, by the clock of a time zone.
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
  /** Fields that hold in every hour: such a schedule follows the time that passes, not the clock on the wall. */
  readonly #isHourly: boolean;

  /** @throws CairnError `invalid_argument` for an expression or a time zone that is none, or that no day can meet */
  constructor(expression: string, timeZone = 'UTC') {
    this.expression = expression.trim();
    this.zone = new TimeZone(timeZone);
    const parsed = this.#parse(0);
    this.#isHourly = parsed.fields.hour.values.length === HOURS_OF_A_DAY;
    this.next(0);
  }

  /** The first time after an instant, milliseconds since 1970. */
  next(afterMs: number): number {
    return this.#isHourly ? this.#nextHourly(afterMs) : this.#nextOnTheWall(afterMs);
  }

  /** The next so many times. */
  upcoming(afterMs: number, count: number): number[] {
    const times: number[] = [];
    for (let at = afterMs; times.length < count; ) times.push((at = this.next(at)));
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
    if (!isExpression(this.expression)) throw invalidExpression(this.expression);
    try {
      return CronExpressionParser.parse(this.expression, { tz: 'UTC', currentDate: new Date(wallMs) });
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

/** The parser fills missing fields with stars: what has fewer than five was hardly meant like that. */
function isExpression(text: string): boolean {
  if (text.length > EXPRESSION_MAX_LENGTH) return false;
  if (text.startsWith('@')) return SHORTHANDS.has(text);
  const fields = text.split(/\s+/).length;
  return fields === 5 || fields === 6;
}

function invalidExpression(expression: string, cause?: unknown): CairnError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new CairnError('invalid_argument', `Invalid cron expression '${expression.slice(0, 100)}'${reason}`, {
    cause,
  });
}
