import { getCompileCacheDir } from 'node:module';
import { availableParallelism } from 'node:os';
import { PreparedCode } from './code/prepared-code.ts';
import { HOST_LIMITS } from './limits.ts';
import type { RunRecord } from './run-record.ts';
import { type ProcessListener, SCRIPT_PROCESS_MAIN, ScriptProcessHandle } from './script-process-handle.ts';
import type { ScriptFailureReason, ScriptLanguage, ScriptOutcome, ScriptRun, ScriptRunner } from './script-run.ts';
import { WaitingRuns } from './waiting-runs.ts';

export interface ScriptHostOptions {
  /** Processes at once. */
  readonly processes?: number;
  /** Milliseconds after a run's deadline until its process is killed. */
  readonly killAfterMs?: number;
  /** Where the code of the processes is kept prepared; beside Node's compiled code by default, where that is kept. */
  readonly codeFolder?: string;
}

export interface ScriptHostStatistics {
  readonly processes: number;
  readonly running: number;
  readonly waiting: number;
  /** Runs begun since the start. */
  readonly started: number;
  /** Processes killed because a run would not end. */
  readonly killed: number;
}

/** A cancelled run gets this time to end by itself, milliseconds: others share its process. */
const CANCELLED_GRACE_MS = 1_000;

/** What runs at the same time, or computes, gains by as many processes, and one more for those who come meanwhile; not by others. */
const PROCESSORS = availableParallelism();

/** Milliseconds between two looks at deadlines. */
const SWEEP_MS = 25;

/** A look that comes later than this after the one before was kept from coming. */
const SWEEP_LATE_MS = 75;

/**
 * Runs scripts in a pool of processes. The first starts with `warm()` or with the first run; others while there are runs for
 * several processors, and when one is full, computes for long or does not answer. A run that outlives its deadline costs its process; the others in it begin again in a process of their own unless
 * they had already asked the server for something that may have changed anything.
 *
 * @example
 * const host = new ScriptHost();
 * const outcome = await host.run({ source, request, limits, calls, environment: new Map() });
 * await host.close();
 */
export class ScriptHost implements ScriptRunner, ProcessListener {
  readonly #maxProcesses: number;
  readonly #killAfterMs: number;
  readonly #code: PreparedCode | undefined;
  readonly #processes = new Set<ScriptProcessHandle>();
  readonly #waiting = new WaitingRuns();
  readonly #suspects: RunRecord[] = [];
  readonly #alone = new Set<ScriptProcessHandle>();
  #lastId = 0;
  #started = 0;
  #killed = 0;
  #sweeper: NodeJS.Timeout | undefined;
  #isClosed = false;
  #lastUseMs = 0;
  #sweptAtMs = 0;

  constructor(options: ScriptHostOptions = {}) {
    this.#maxProcesses = options.processes ?? HOST_LIMITS.processes;
    this.#killAfterMs = options.killAfterMs ?? HOST_LIMITS.killAfterMs;
    const folder = options.codeFolder ?? getCompileCacheDir();
    this.#code = folder === undefined ? undefined : new PreparedCode(folder, SCRIPT_PROCESS_MAIN);
  }

  get statistics(): ScriptHostStatistics {
    let running = 0;
    for (const { runs } of this.#processes) running += runs.size;
    const { size: processes } = this.#processes;
    return { processes, running, waiting: this.#waiting.size, started: this.#started, killed: this.#killed };
  }

  /** Starts the first process, so that no run has to wait for it. Never rejects. */
  async warm(): Promise<void> {
    if (this.#isClosed) return;
    await this.#code?.prepare();
    if (this.#processes.size === 0 && !this.#isClosed) this.#start();
  }

  run(run: ScriptRun): Promise<ScriptOutcome> {
    return new Promise((resolve) => {
      const record: RunRecord = {
        id: ++this.#lastId,
        run,
        deadlineMs: performance.now() + run.limits.timeoutMs,
        resolve,
        moves: 0,
        hasBegun: false,
        isGranted: false,
        isRetried: false,
      };
      if (this.#isClosed) this.#fail(record, 'host_lost', 503, 'the server is shutting down');
      else if (run.signal?.aborted === true) this.#fail(record, 'cancelled', 500, 'script was cancelled');
      else this.#admit(record);
    });
  }

  /** Ends every process; runs under way fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweeper);
    for (const record of [...this.#waiting.all(), ...this.#suspects.splice(0)]) {
      this.#waiting.delete(record);
      this.#fail(record, 'host_lost', 503, 'the server is shutting down');
    }
    for (const each of this.#processes) each.kill();
    while (this.#processes.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  ended(process: ScriptProcessHandle, record: RunRecord, outcome: ScriptOutcome): void {
    record.removeListener?.();
    record.resolve(outcome);
    if (this.#alone.has(process)) process.kill();
    this.#next();
  }

  /** The next run is not to wait until another process has started. */
  retires(): void {
    for (const each of this.#processes) if (!each.isClosed) return;
    if (!this.#isClosed && this.#processes.size < this.#maxProcesses) this.#start();
  }

  exited(process: ScriptProcessHandle, lost: readonly RunRecord[]): void {
    this.#processes.delete(process);
    this.#alone.delete(process);
    const nowMs = performance.now();
    // The only run of a process has ended it, unless an earlier one has.
    const isAtFault = lost.length === 1 && !process.isRetiring;
    for (const record of lost) {
      if (!record.hasBegun && process.isReady && !this.#isClosed) this.#beginElsewhere(record, nowMs);
      else if (nowMs >= record.deadlineMs) this.#fail(record, 'timeout', 504, timeoutMessage(record));
      else if (record.body !== undefined) record.body.end('the script ended in the middle of its answer', 'host_lost');
      else if (record.run.calls.hasActed || record.isRetried || isAtFault || this.#isClosed) {
        this.#fail(
          record,
          'host_lost',
          500,
          `${record.run.source.name}: the process that ran the script ended (memory, or a fault)`,
        );
      } else {
        record.isRetried = true;
        this.#suspects.push(record);
      }
    }
    if (!this.#isClosed && this.#processes.size < this.#processesKept(nowMs)) this.#start();
    this.#next();
  }

  /** While scripts are run, what has ended is replaced before anybody waits for it. */
  #processesKept(nowMs: number): number {
    return nowMs - this.#lastUseMs < HOST_LIMITS.idleProcessMs ? Math.min(PROCESSORS, this.#maxProcesses) : 1;
  }

  /** The time that others have taken from it does not count. */
  #beginElsewhere(record: RunRecord, nowMs: number): void {
    if (++record.moves > HOST_LIMITS.movesMax) {
      this.#fail(record, 'host_lost', 503, 'no process could begin the script');
      return;
    }
    record.deadlineMs = nowMs + record.run.limits.timeoutMs;
    const place = this.#place(record.run);
    if (place === undefined) this.#waiting.add(record);
    else place.begin(record);
  }

  #admit(record: RunRecord): void {
    this.#started++;
    this.#lastUseMs = performance.now();
    if (record.run.signal !== undefined) this.#listen(record, record.run.signal);
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
    const place = this.#place(record.run);
    if (place !== undefined) place.begin(record);
    else if (this.#waiting.size < HOST_LIMITS.waitingRuns) this.#waiting.add(record);
    else this.#fail(record, 'limit', 503, 'too many scripts are running');
  }

  #listen(record: RunRecord, signal: AbortSignal): void {
    const onAbort = () => this.#cancel(record);
    signal.addEventListener('abort', onAbort, { once: true });
    record.removeListener = () => signal.removeEventListener('abort', onAbort);
  }

  #cancel(record: RunRecord): void {
    if (this.#waiting.delete(record)) {
      this.#fail(record, 'cancelled', 500, 'script was cancelled');
      return;
    }
    for (const each of this.#processes) {
      if (!each.runs.has(record.id)) continue;
      // A script that computes without giving way hears nothing: its process is ended as after its deadline.
      record.deadlineMs = Math.min(record.deadlineMs, performance.now() + CANCELLED_GRACE_MS);
      each.cancel(record);
    }
  }

  /**
   * The process for the next run: the least busy that answers, those in which nothing computes before the others. Another is
   * started behind it when it has enough to do for the processors that there are, or nobody else is free of one that computes.
   */
  #place(run: ScriptRun): ScriptProcessHandle | undefined {
    const nowMs = performance.now();
    let best: ScriptProcessHandle | undefined;
    for (const each of this.#processes) {
      if (each.isClosed || !each.hasRoomFor(run)) continue;
      if (each.isStalled(nowMs, HOST_LIMITS.stalledAfterMs)) continue;
      if (best === undefined || isCalmer(each, best)) best = each;
    }
    const hasRoom = this.#processes.size < this.#maxProcesses;
    if (best === undefined) return hasRoom ? this.#start() : undefined;
    // One at a time: on a machine that is short of time every process looks silent, and more of them would not help.
    if (hasRoom && best.isReady && this.#wantsAnother(best, nowMs) && !this.#isStarting()) this.#start();
    return best;
  }

  #wantsAnother(best: ScriptProcessHandle, nowMs: number): boolean {
    const { size } = this.#processes;
    if (best.runs.size >= HOST_LIMITS.runsBeforeAnother) return true;
    if (best.runs.size >= HOST_LIMITS.runsBeforeSpreading && size < PROCESSORS) return true;
    return size <= PROCESSORS && best.computingMs(nowMs) > HOST_LIMITS.computesForLongMs;
  }

  #isStarting(): boolean {
    for (const each of this.#processes) if (!each.isReady && !each.isClosed) return true;
    return false;
  }

  #start(): ScriptProcessHandle {
    const started = new ScriptProcessHandle(this, this.#code?.file);
    this.#processes.add(started);
    return started;
  }

  /** Runs whose process ended under them begin again in processes that nobody else's run shares: whoever ended it ends alone. */
  #startSuspects(): void {
    while (this.#suspects.length > 0 && this.#alone.size < HOST_LIMITS.suspectProcesses) {
      const record = this.#suspects.shift()!;
      const process = this.#start();
      this.#alone.add(process);
      process.isClosed = true;
      record.deadlineMs = performance.now() + record.run.limits.timeoutMs;
      process.begin(record);
    }
  }

  #next(): void {
    this.#startSuspects();
    // Runs of a language for which there is no room let the others pass.
    const full = new Set<ScriptLanguage>();
    for (let record = this.#waiting.oldest(full); record !== undefined; record = this.#waiting.oldest(full)) {
      const place = this.#place(record.run);
      if (place === undefined) full.add(record.run.source.language);
      else {
        this.#waiting.delete(record);
        place.begin(record);
      }
    }
  }

  #sweep(): void {
    const nowMs = performance.now();
    // When this very look comes late, the machine is short of time, and silence says nothing of a process.
    const isLate = nowMs - this.#sweptAtMs > SWEEP_LATE_MS;
    this.#sweptAtMs = nowMs;
    for (const each of this.#processes) {
      if (isOverdue(each, nowMs, this.#killAfterMs)) {
        this.#killed++;
        each.kill();
      } else if (!isLate && each.isReady && each.isStalled(nowMs, HOST_LIMITS.stalledAfterMs)) {
        for (const record of each.withdraw()) this.#beginElsewhere(record, nowMs);
      } else each.ping(nowMs, HOST_LIMITS.stalledAfterMs);
    }
    this.#endIdle(nowMs);
    for (const record of this.#waiting.all()) {
      if (nowMs < record.deadlineMs) continue;
      this.#waiting.delete(record);
      this.#fail(record, 'timeout', 504, timeoutMessage(record));
    }
    this.#next();
  }

  /** Processes beyond the first end when nobody has needed them for a while. */
  #endIdle(nowMs: number): void {
    if (nowMs - this.#lastUseMs < HOST_LIMITS.idleProcessMs) return;
    let kept = 0;
    for (const each of this.#processes) {
      if (each.runs.size > 0 || kept++ === 0) continue;
      each.kill();
    }
    if (this.#processes.size > 1 || kept === 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  #fail(record: RunRecord, reason: ScriptFailureReason, status: number, message: string): void {
    record.removeListener?.();
    record.body?.end(message, reason);
    record.resolve({ kind: 'failure', reason, status, message, headers: [], isChosen: false });
  }
}

function isCalmer(one: ScriptProcessHandle, other: ScriptProcessHandle): boolean {
  if (one.isReady !== other.isReady) return one.isReady;
  return one.isComputing === other.isComputing ? one.runs.size < other.runs.size : other.isComputing;
}

/** True when a run should have ended long ago, or the process never came up. */
function isOverdue(process: ScriptProcessHandle, nowMs: number, killAfterMs: number): boolean {
  if (!process.isReady) return nowMs - process.startedAtMs > HOST_LIMITS.startMs;
  for (const { deadlineMs } of process.runs.values()) if (nowMs > deadlineMs + killAfterMs) return true;
  return false;
}

function timeoutMessage({ run }: RunRecord): string {
  return `${run.source.name}: script timed out after ${run.limits.timeoutMs} ms`;
}
