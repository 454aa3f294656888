import type { JobTimer } from '@cairn/scripting/internal';
import type { IndexView, ReadView } from '@cairn/storage/internal';
import { BY_QUEUE, JOBS, TIMERS } from './job-collections.ts';

/** Reads from the indexes of `_jobs` what is to be done, in a few steps whatever the number of jobs. */
export class DueJobs {
  readonly #byQueue: IndexView | undefined;
  readonly #timers: IndexView | undefined;

  constructor(view: ReadView) {
    const indexes = view.collection(JOBS)?.indexes;
    this.#byQueue = indexes?.find(({ name }) => name === BY_QUEUE);
    this.#timers = indexes?.find(({ name }) => name === TIMERS);
  }

  /** Names of the queues that have jobs, finished ones too. */
  queues(): string[] {
    const names: string[] = [];
    for (;;) {
      const last = names.at(-1);
      const lower = last === undefined ? undefined : { value: last, inclusive: false };
      const cursor = this.#byQueue?.scanEntries({ equal: [], lower });
      if (cursor === undefined || !cursor.next()) return names;
      names.push(String(cursor.field(0)));
    }
  }

  /** Keys of jobs of a queue whose time has come: higher priority first, then the earlier time. */
  ready(queue: string, nowMs: number, max: number): string[] {
    const keys: string[] = [];
    let rank: number | undefined;
    while (keys.length < max) {
      const lower = rank === undefined ? undefined : { value: rank, inclusive: false };
      const first = this.#byQueue?.scanEntries({ equal: [queue, 'pending'], lower });
      if (first === undefined || !first.next()) return keys;
      rank = Number(first.field(2));
      const upper = { value: nowMs, inclusive: true };
      const due = this.#byQueue!.scan({ equal: [queue, 'pending', rank], upper });
      for (let key = due.next(); key !== undefined && keys.length < max; key = due.next()) keys.push(key);
    }
    return keys;
  }

  /** Keys of jobs whose timer of a kind has run down. */
  over(kind: JobTimer['kind'], nowMs: number, max: number): string[] {
    const keys: string[] = [];
    const cursor = this.#timers?.scan({ equal: [kind], upper: { value: nowMs, inclusive: true } });
    for (let key = cursor?.next(); key !== undefined && keys.length < max; key = cursor?.next()) keys.push(key);
    return keys;
  }

  /** Keys of jobs whose timer of a kind runs longer than anybody sets it. */
  beyond(kind: JobTimer['kind'], fromMs: number, max: number): string[] {
    const keys: string[] = [];
    const cursor = this.#timers?.scan({ equal: [kind], lower: { value: fromMs, inclusive: false } });
    for (let key = cursor?.next(); key !== undefined && keys.length < max; key = cursor?.next()) keys.push(key);
    return keys;
  }

  /** When the next timer of a kind runs down, of jobs that `passOver` does not name; milliseconds since 1970. */
  next(kind: JobTimer['kind'], nowMs: number, passOver: (key: string) => boolean = () => false): number {
    const cursor = this.#timers?.scanEntries({ equal: [kind], lower: { value: nowMs, inclusive: false } });
    while (cursor?.next() === true) if (!passOver(cursor.documentKey())) return Number(cursor.field(1));
    return Number.POSITIVE_INFINITY;
  }
}
