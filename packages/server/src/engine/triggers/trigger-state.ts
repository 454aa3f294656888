import type { DoneRange } from '@cairn/scripting/internal';
import { RUNS_SHOWN } from './trigger-limits.ts';

/** One run, as the history shows it. */
export interface TriggerRun {
  readonly lsn: number;
  readonly key: string;
  readonly event: string;
  /** Changes of the run. */
  readonly changes: number;
  /** Milliseconds since 1970. */
  readonly started_at: number;
  readonly duration_ms: number;
  readonly status: 'completed' | 'retrying' | 'failed';
  readonly attempt: number;
  readonly error?: string;
}

/** How far an after-trigger has come, as it is stored in `_trigger_state` under the trigger's key. */
export interface TriggerState {
  readonly _key: string;
  /** Everything up to this LSN has been told. */
  readonly position: number;
  /** What behind it has been told too. */
  readonly ahead: readonly DoneRange[];
  readonly runs_total: number;
  readonly failures_total: number;
  /** Commits that the log no longer had when they should have been read. */
  readonly lost_total: number;
  readonly lost?: { readonly from: number; readonly to: number };
  /** Newest first. */
  readonly recent: readonly TriggerRun[];
}

export function freshState(key: string, position: number): TriggerState {
  return { _key: key, position, ahead: [], runs_total: 0, failures_total: 0, lost_total: 0, recent: [] };
}

/** Counts of a trigger and its last runs. */
export class TriggerHistory {
  runs: number;
  failures: number;
  lost: number;
  lostRange: { readonly from: number; readonly to: number } | undefined;
  readonly #recent: TriggerRun[];

  constructor(state: TriggerState) {
    this.runs = state.runs_total;
    this.failures = state.failures_total;
    this.lost = state.lost_total;
    this.lostRange = state.lost;
    this.#recent = [...state.recent].reverse();
  }

  add(run: TriggerRun): void {
    this.runs++;
    if (run.status === 'failed') this.failures++;
    this.#recent.push(run);
    if (this.#recent.length > RUNS_SHOWN) this.#recent.shift();
  }

  get recent(): readonly TriggerRun[] {
    return this.#recent.toReversed();
  }

  state(key: string, position: number, ahead: readonly DoneRange[]): TriggerState {
    const { runs: runs_total, failures: failures_total, lost: lost_total, recent, lostRange: lost } = this;
    return { _key: key, position, ahead, runs_total, failures_total, lost_total, recent, ...(lost && { lost }) };
  }
}
