import type { ValueObject } from '@cairn/protocol/internal';
import type { ScriptOutcome } from '@cairn/scripting/internal';
import { SCRIPTS_COUNTED_MAX } from '../../../limits.ts';
import type { Script } from '../records/script-record.ts';

/** How the runs of one script went since the start of the server. */
class ScriptCounts {
  runs = 0;
  failures = 0;
  timeouts = 0;
  totalMs = 0;
  longestMs = 0;
  lastRunMs = 0;
  lastStatus = 0;
  lastError: { readonly message: string; readonly atMs: number } | undefined;

  add(outcome: ScriptOutcome, tookMs: number, nowMs: number): void {
    this.runs++;
    this.totalMs += tookMs;
    this.longestMs = Math.max(this.longestMs, tookMs);
    this.lastRunMs = nowMs;
    this.lastStatus = outcome.status;
    // What a script answers on purpose is no failure of the script.
    if (outcome.kind === 'answer' || outcome.isChosen) return;
    this.failures++;
    if (outcome.reason === 'timeout') this.timeouts++;
    this.lastError = { message: outcome.message, atMs: nowMs };
  }

  show(scriptId: string): ValueObject {
    const { runs, failures, timeouts, totalMs, longestMs, lastRunMs, lastStatus, lastError } = this;
    return {
      script_id: scriptId,
      runs,
      failures,
      timeouts,
      average_ms: rounded(totalMs / runs),
      longest_ms: rounded(longestMs),
      last_run_at: lastRunMs,
      last_status: lastStatus,
      last_error: lastError?.message ?? null,
      last_error_at: lastError?.atMs ?? null,
    };
  }
}

/** Counts runs by script. The scripts of the past go first when there are too many. */
export class RunHistory {
  readonly #counts = new Map<string, { readonly script: Script; readonly counts: ScriptCounts }>();

  add(script: Script, outcome: ScriptOutcome, times: { tookMs: number; nowMs: number }): void {
    const name = JSON.stringify([script.database, script.key]);
    const known = this.#counts.get(name) ?? { script, counts: new ScriptCounts() };
    known.counts.add(outcome, times.tookMs, times.nowMs);
    if (known.counts.runs > 1) return;
    this.#counts.set(name, known);
    if (this.#counts.size > SCRIPTS_COUNTED_MAX) this.#counts.delete(this.#counts.keys().next().value!);
  }

  /** The scripts of a database that have run, or one of them. */
  list(database: string, scriptId?: string): ValueObject[] {
    return [...this.#counts.values()]
      .filter(({ script }) => script.database === database && (scriptId === undefined || script.key === scriptId))
      .map(({ script, counts }) => counts.show(script.key));
  }
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
