import { NativeError } from '../native-function.ts';

/** Seconds from 1970 to the ends of what JavaScript's dates can say. */
const SECONDS_MAX = 8.64e12;

const NANOSECONDS = 1e9;

const MS_PER_DAY = 86_400_000;

/** A moment in UTC, taken apart. */
export class Instant {
  /** Whole seconds since 1970, rounded down. */
  readonly seconds: number;
  /** What is above them. */
  readonly nanoseconds: number;
  readonly #date: Date;

  /** @param timestamp seconds since 1970. @throws NativeError for one that no calendar knows */
  constructor(timestamp: number) {
    if (!(Math.abs(timestamp) <= SECONDS_MAX)) throw new NativeError('Invalid timestamp');
    const whole = Math.floor(timestamp);
    const nanoseconds = Math.round((timestamp - whole) * NANOSECONDS);
    this.seconds = nanoseconds === NANOSECONDS ? whole + 1 : whole;
    this.nanoseconds = nanoseconds === NANOSECONDS ? 0 : nanoseconds;
    this.#date = new Date(this.seconds * 1000);
    if (Number.isNaN(this.#date.getTime())) throw new NativeError('Invalid timestamp');
  }

  get year(): number {
    return this.#date.getUTCFullYear();
  }

  /** From 1. */
  get month(): number {
    return this.#date.getUTCMonth() + 1;
  }

  get day(): number {
    return this.#date.getUTCDate();
  }

  get hour(): number {
    return this.#date.getUTCHours();
  }

  get minute(): number {
    return this.#date.getUTCMinutes();
  }

  get second(): number {
    return this.#date.getUTCSeconds();
  }

  /** Monday is 1, Sunday 7. */
  get weekday(): number {
    return this.#date.getUTCDay() || 7;
  }

  /** The first of January is 1. */
  get dayOfYear(): number {
    return Math.floor((this.#date.getTime() - yearStart(this.year)) / MS_PER_DAY) + 1;
  }

  /** Week and the year that it belongs to (ISO 8601): weeks begin on Monday, the first one holds the fourth of January. */
  get isoWeek(): { readonly year: number; readonly week: number } {
    const thursday = new Date(this.#date.getTime() + (4 - this.weekday) * MS_PER_DAY);
    const year = thursday.getUTCFullYear();
    return { year, week: Math.floor((thursday.getTime() - yearStart(year)) / MS_PER_DAY / 7) + 1 };
  }

  /** Weeks of the year so far when they begin on `first` (Monday is 1, Sunday 7). */
  weekOfYear(first: 1 | 7): number {
    const daysSinceFirst = first === 7 ? this.weekday % 7 : this.weekday - 1;
    return Math.floor((this.dayOfYear - 1 - daysSinceFirst + 7) / 7);
  }
}

function yearStart(year: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, 0, 1);
  return date.getTime();
}
