import type { ErrorCode } from '@cairn/protocol/internal';
import { DurationHistogram } from '@cairn/storage/internal';

/** What the runner counts about one command at one door. Plain numbers, because it is done for every request. */
export class CommandStatistics {
  readonly durations = new DurationHistogram();
  errors = 0;
  running = 0;
  readonly #errorsByCode = new Map<ErrorCode, number>();

  get requests(): number {
    return this.durations.count;
  }

  get errorsByCode(): ReadonlyMap<ErrorCode, number> {
    return this.#errorsByCode;
  }

  ended(durationMs: number, failure: ErrorCode | undefined): void {
    this.durations.add(durationMs);
    if (failure === undefined) return;
    this.errors++;
    this.#errorsByCode.set(failure, (this.#errorsByCode.get(failure) ?? 0) + 1);
  }
}
