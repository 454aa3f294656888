import { setTimeout as sleep } from 'node:timers/promises';
import { CairnError, type ValueObject } from '@cairn/protocol/internal';
import { DoneChanges, retryDelayMs, type ScriptOutcome } from '@cairn/scripting/internal';
import { type CommitRecord, type Database, isDocumentChange, type LogHold } from '@cairn/storage/internal';
import type { DatabaseShared } from '../automation/automation-shared.ts';
import { SystemCollection } from '../automation/system-collection.ts';
import { ChangeLanes } from './change-lanes.ts';
import type { InstalledTrigger } from './installed-trigger.ts';
import { bodyOf, LoggedChange } from './logged-change.ts';
import { STATE_PLAN } from './trigger-collections.ts';
import { changesOf, type Retold, TriggerFailures } from './trigger-failures.ts';
import {
  CHANGES_TAKEN_MAX,
  LOG_AGAIN_MS,
  LOG_TRIMMED_BYTES,
  LOG_TRIMMED_MS,
  POSITION_WRITTEN_COMMITS,
  POSITION_WRITTEN_MS,
  RETELLING_MAX_MS,
  STOP_WAITS_MS,
  TRIGGER_AGAIN_MS,
  TRIGGER_DEPTH_MAX,
  TRIGGER_ERROR_LENGTH_MAX,
  TRIGGER_LOG_MAX_BYTES,
} from './trigger-limits.ts';
import { freshState, TriggerHistory, type TriggerRun, type TriggerState } from './trigger-state.ts';

/**
 * Tells an after-trigger of the changes of its collection: reads them from the change log, runs the script for each, in the order of
 * commits where they are of the same document, and writes down how far it has come. What was told and not yet written down when
 * the server dies is told again, with the same LSN.
 */
export class TriggerFollower {
  trigger: InstalledTrigger;
  readonly history: TriggerHistory;
  readonly #database: Database;
  readonly #parts: DatabaseShared;
  readonly #states: SystemCollection<TriggerState>;
  readonly #failures: TriggerFailures;
  readonly #lanes = new ChangeLanes();
  readonly #stopped = new AbortController();
  readonly #aborted = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #changes: DoneChanges;
  #hold: LogHold | undefined;
  #written: { position: number; runs: number };
  #writtenMs: number;
  #writing: Promise<void> | undefined;
  #writeTimer: NodeJS.Timeout | undefined;
  #following: Promise<void> | undefined;
  #room = Promise.withResolvers<void>();
  #isWanted = false;
  #isRetelling = false;

  constructor(database: Database, trigger: InstalledTrigger, parts: DatabaseShared) {
    this.#database = database;
    this.trigger = trigger;
    this.#parts = parts;
    this.#states = new SystemCollection<TriggerState>(STATE_PLAN, parts.host);
    this.#failures = new TriggerFailures(database, parts);
    const state = this.#stored();
    this.history = new TriggerHistory(state);
    // A database that was restored may be younger than what was written down of it.
    this.#changes = new DoneChanges(Math.min(state.position, database.lsn), state.ahead);
    this.#written = { position: state.position, runs: state.runs_total };
    this.#writtenMs = parts.host.monotonicMs();
    this.#hold = database.holdLog(this.#changes.position + 1);
  }

  get collection(): string {
    return this.trigger.record.collection;
  }

  /** Everything up to this LSN has been told. */
  get position(): number {
    return this.#changes.position;
  }

  /** Commits that it has not come to yet, those of other collections included. */
  get lag(): number {
    return this.#database.lsn - this.#changes.position;
  }

  /** Reads on, soon. */
  wake(): void {
    this.#isWanted = true;
    if (this.#following !== undefined || this.#stopped.signal.aborted) return;
    if (this.#parts.runScript() === undefined) return;
    this.#following = this.#followWhileWanted().finally(() => {
      this.#following = undefined;
      if (this.#isWanted) this.wake();
    });
  }

  /** Once in a while: passes over what does not concern it, so that the log need not be kept, and keeps that in bounds. */
  checkClock(): void {
    if (this.#database.lsn - this.#changes.readLsn > POSITION_WRITTEN_COMMITS || this.#holdsMuch) this.wake();
    if (this.#hold === undefined || this.#database.state.logBytes <= TRIGGER_LOG_MAX_BYTES) return;
    this.#parts.problem(
      new CairnError(
        'limit_exceeded',
        `trigger '${this.trigger.record.name}' lags behind more of the change log than is kept`,
      ),
    );
    this.#hold.release();
    this.#hold = undefined;
  }

  /** Is the log long, and kept for this trigger from a place that was written down long ago? */
  get #holdsMuch(): boolean {
    const isLong = this.#database.state.logBytes > LOG_TRIMMED_BYTES;
    return isLong && this.#parts.host.monotonicMs() - this.#writtenMs > LOG_TRIMMED_MS;
  }

  /** Begins nothing more; what runs may end within a while. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#room.resolve();
    clearTimeout(this.#writeTimer);
    const timer = setTimeout(() => this.#aborted.abort(), STOP_WAITS_MS);
    await this.#following;
    await Promise.all(this.#running);
    clearTimeout(timer);
    await this.#writing;
    if (this.#database.failure === undefined) await this.#write().catch(() => {});
    this.#hold?.release();
  }

  #stored(): TriggerState {
    const id = this.trigger.record._key;
    return this.#database.read((view) => this.#states.find(view, id)) ?? freshState(id, this.#database.lsn);
  }

  async #followWhileWanted(): Promise<void> {
    await undefined;
    while (this.#isWanted && !this.#stopped.signal.aborted) {
      this.#isWanted = false;
      try {
        await this.#readOn();
      } catch (error) {
        if (!this.#isLost(error)) this.#parts.problem(error);
        this.#isWanted = true;
        await this.#pause(TRIGGER_AGAIN_MS);
      }
    }
  }

  async #readOn(): Promise<void> {
    const fromLsn = this.#changes.readLsn + 1;
    for await (const commit of this.#database.changes(fromLsn)) {
      await this.#take(commit);
      if (this.#stopped.signal.aborted) return;
    }
    this.#writeSoon();
    if (this.#changes.readLsn >= this.#database.lsn) return;
    // Relaxed commits are seen before they are in the log.
    this.#isWanted = true;
    await this.#pause(LOG_AGAIN_MS);
  }

  async #take(commit: CommitRecord): Promise<void> {
    for (const [number, change] of commit.changes.entries()) {
      if (!isDocumentChange(change) || change.collection !== this.collection) continue;
      const one = new LoggedChange(commit, number, change, this.#database.name);
      if (this.#changes.wasDone(one.place) || !this.#concerns(one)) continue;
      while (this.#lanes.size >= CHANGES_TAKEN_MAX && !this.#stopped.signal.aborted) {
        this.#room = Promise.withResolvers();
        await this.#room.promise;
      }
      if (this.#stopped.signal.aborted) return;
      this.#changes.take(one.place);
      this.#lanes.add(this.trigger.record.batch ? '' : one.key, one);
      this.#runReady();
    }
    this.#changes.close(commit.lsn);
  }

  #concerns(change: LoggedChange): boolean {
    if (!this.trigger.record.events.includes(change.event)) return false;
    if ((change.commit.depth ?? 0) >= TRIGGER_DEPTH_MAX) {
      this.#parts.triggerCounts.depthRefusals++;
      this.#note([change], 'failed', `${TRIGGER_DEPTH_MAX} triggers stand behind this change: taken for a loop`, 0);
      return false;
    }
    try {
      return this.trigger.concerns(change.event, change.document, change.old);
    } catch (error) {
      this.#note([change], 'failed', `the filter failed: ${messageOf(error)}`, 0);
      return false;
    }
  }

  #runReady(): void {
    const { batch, batch_size, concurrency } = this.trigger.record;
    while (this.#running.size < (batch ? 1 : concurrency) && !this.#stopped.signal.aborted) {
      const taken = this.#lanes.take(batch ? batch_size : 1);
      if (taken === undefined) return;
      const run = this.#tell(taken.changes).then((isTold) => {
        this.#running.delete(run);
        if (!isTold) return;
        this.#lanes.done(taken.lane, taken.changes.length);
        for (const { place } of taken.changes) this.#changes.done(place);
        this.#room.resolve();
        this.#writeSoon();
        this.#runReady();
      });
      this.#running.add(run);
    }
  }

  /** Runs the script until it has ended well or all attempts are used up; false when the follower stops before that. */
  async #tell(changes: readonly LoggedChange[]): Promise<boolean> {
    const body = bodyOf(this.trigger.record, changes);
    const depth = Math.max(...changes.map(({ commit }) => commit.depth ?? 0)) + 1;
    for (let attempt = 1; ; attempt++) {
      const startedMs = this.#parts.host.nowMs();
      const outcome = await this.#run(body, depth);
      if (outcome.kind === 'answer') {
        this.#note(changes, 'completed', undefined, startedMs, attempt);
        return true;
      }
      if (this.#aborted.signal.aborted) return false;
      const { max_retries, backoff_ms } = this.trigger.record;
      if (attempt >= max_retries) {
        this.#note(changes, 'failed', outcome.message, startedMs, attempt);
        await this.#failures.keep(this.trigger.record._key, {
          ...{ body, depth },
          first: changes[0]!,
          error: outcome.message,
          attempts: attempt,
        });
        return true;
      }
      this.#note(changes, 'retrying', outcome.message, startedMs, attempt);
      this.#parts.triggerCounts.retries++;
      await this.#pause(retryDelayMs(attempt, backoff_ms, this.#parts.host.randomBytes(1)[0]! / 255));
      if (this.#stopped.signal.aborted) return false;
    }
  }

  /**
   * Has the script told of what was put aside, once each and oldest first; what fails again stays. Begins nothing more when its time
   * is over.
   * @throws CairnError `conflict` while somebody else does it
   */
  async retell(limit: number): Promise<Retold> {
    if (this.#isRetelling) {
      throw new CairnError(
        'conflict',
        `what trigger '${this.trigger.record.name}' has put aside is being told already`,
      );
    }
    this.#isRetelling = true;
    try {
      return await this.#retellOldest(limit);
    } finally {
      this.#isRetelling = false;
    }
  }

  async #retellOldest(limit: number): Promise<Retold> {
    const { _key: id } = this.trigger.record;
    const endMs = this.#parts.host.monotonicMs() + RETELLING_MAX_MS;
    let told = 0;
    let failed = 0;
    for (const failure of this.#failures.oldest(id, limit)) {
      if (this.#stopped.signal.aborted || this.#parts.host.monotonicMs() > endMs) break;
      const startedMs = this.#parts.host.nowMs();
      const outcome = await this.#run(failure.body, failure.depth ?? 1);
      const isTold = outcome.kind === 'answer';
      const error = isTold ? undefined : outcome.message;
      this.#noteRun(changesOf(failure), isTold ? 'completed' : 'failed', error, startedMs, failure.attempts + 1);
      if (isTold) told++;
      else failed++;
      await (isTold ? this.#failures.told(failure) : this.#failures.failedAgain(failure, outcome.message));
    }
    this.#writeSoon();
    return { told, failed, left: this.#failures.count(id) };
  }

  async #run(body: ValueObject, depth: number): Promise<ScriptOutcome> {
    const { script_path, run_timeout_ms: timeoutMs, user } = this.trigger.record;
    this.#parts.triggerCounts.runs++;
    const { signal } = this.#aborted;
    try {
      return await this.#parts.runScript()!(this.#database.name, script_path, body, { signal, timeoutMs, user, depth });
    } catch (error) {
      return { kind: 'failure', reason: 'error', status: 500, message: messageOf(error), headers: [], isChosen: false };
    }
  }

  #note(
    changes: readonly LoggedChange[],
    status: TriggerRun['status'],
    error: string | undefined,
    startedMs: number,
    attempt = 0,
  ): void {
    const [{ key, event, place }] = changes as readonly [LoggedChange];
    this.#noteRun({ lsn: place.lsn, key, event, changes: changes.length }, status, error, startedMs, attempt);
  }

  #noteRun(
    changes: Pick<TriggerRun, 'lsn' | 'key' | 'event' | 'changes'>,
    status: TriggerRun['status'],
    error: string | undefined,
    startedMs: number,
    attempt: number,
  ): void {
    const nowMs = this.#parts.host.nowMs();
    if (status === 'failed') this.#parts.triggerCounts.failures++;
    this.history.add({
      ...{ ...changes, status, attempt },
      started_at: startedMs === 0 ? nowMs : startedMs,
      duration_ms: startedMs === 0 ? 0 : Math.round(nowMs - startedMs),
      ...(error !== undefined && { error: error.slice(0, TRIGGER_ERROR_LENGTH_MAX) }),
    });
  }

  #writeSoon(): void {
    const { position, runs } = this.#written;
    const passed = this.#changes.position - position;
    const isWorth = passed >= POSITION_WRITTEN_COMMITS || (passed > 0 && this.#holdsMuch);
    const isIdle = this.history.runs === runs && !isWorth;
    if (isIdle || this.#writeTimer !== undefined || this.#stopped.signal.aborted) return;
    this.#writeTimer = setTimeout(() => {
      this.#writeTimer = undefined;
      this.#writing = this.#write()
        .catch((error) => this.#parts.problem(error))
        .finally(() => {
          this.#writing = undefined;
          this.#writeSoon();
        });
    }, POSITION_WRITTEN_MS).unref();
  }

  async #write(): Promise<void> {
    const { position } = this.#changes;
    const { runs } = this.history;
    if (position === this.#written.position && runs === this.#written.runs) return;
    const id = this.trigger.record._key;
    const state = this.history.state(id, position, this.#changes.ahead());
    await this.#database.write((transaction) => {
      // A trigger that was switched off or removed leaves nothing behind.
      if (this.#states.find(transaction, id) !== undefined) this.#states.put(transaction, state);
    });
    this.#written = { position, runs };
    this.#writtenMs = this.#parts.host.monotonicMs();
    if (this.#hold !== undefined) this.#hold.lsn = position + 1;
  }

  /** The log no longer has what should have been read: it goes on where the log begins, and says so. */
  #isLost(error: unknown): boolean {
    const { oldestLogLsn } = this.#database;
    const from = this.#changes.readLsn + 1;
    if (!(error instanceof CairnError) || error.code !== 'not_found' || from >= oldestLogLsn) return false;
    const lost = oldestLogLsn - from;
    this.history.lost += lost;
    this.history.lostRange = { from, to: oldestLogLsn - 1 };
    this.#parts.triggerCounts.lostChanges += lost;
    this.#parts.problem(
      new CairnError('not_found', `trigger '${this.trigger.record.name}' has lost the commits from LSN ${from} on`, {
        details: { from, to: oldestLogLsn - 1 },
      }),
    );
    this.#changes = new DoneChanges(oldestLogLsn - 1);
    this.#hold ??= this.#database.holdLog(oldestLogLsn);
    return true;
  }

  async #pause(timeMs: number): Promise<void> {
    await sleep(timeMs, undefined, { signal: this.#stopped.signal, ref: false }).catch(() => {});
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
