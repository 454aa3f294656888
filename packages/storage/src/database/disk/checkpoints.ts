import { CairnError } from '@cairn/protocol/internal';
import type { StorageOptions } from '../../options.ts';
import type { BlockReference } from '../../tree/block-reference.ts';
import type { CommitPlan } from '../commit/commit-plan.ts';
import type { StoredChange } from './lmdb-environment.ts';
import { UnwrittenChanges } from './unwritten-changes.ts';

/** Commits wait when this many times the bytes that begin a checkpoint have gathered: the disk is slower than they are. */
const WAITING_FACTOR = 4;

/** What a checkpoint asks of its database. */
export interface CheckpointTarget {
  /** One atomic, durable write. */
  write(changes: Iterable<StoredChange>): Promise<void>;
  /** The file now holds the state of `lsn`, with these blocks. */
  written(lsn: number, references: Iterable<BlockReference>): Promise<void>;
  failed(error: CairnError): void;
}

/** Brings to LMDB what the change log has: many commits in one write, because the same blocks change again and again. */
export class Checkpoints {
  readonly #options: StorageOptions;
  readonly #target: CheckpointTarget;
  #unwritten = new UnwrittenChanges();
  /** What the write under way takes along. */
  #writing: UnwrittenChanges | undefined;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Those who need the file to stay as it is for a moment. */
  readonly #holds = new Set<Promise<void>>();
  #failure: CairnError | undefined;

  constructor(options: StorageOptions, target: CheckpointTarget) {
    this.#options = options;
    this.#target = target;
  }

  /** Bytes of changed blocks that are in the log alone. */
  get unwrittenBytes(): number {
    return this.#unwritten.bytes + (this.#writing?.bytes ?? 0);
  }

  /** Takes in what a commit has appended to the log. */
  add(plan: CommitPlan): void {
    this.#unwritten.add(plan);
    this.#writing?.forget(plan.superseded);
    if (this.#unwritten.bytes >= this.#options.checkpointBytes) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), this.#options.checkpointDelayMs).unref();
  }

  /**
   * Resolves when a commit may add to what waits.
   * @throws CairnError `storage_full` when the changes that wait have no room on disk
   */
  async makeRoom(): Promise<void> {
    const limit = this.#options.checkpointBytes * WAITING_FACTOR;
    if (this.#unwritten.bytes < limit) return;
    await this.#run();
    if (this.#unwritten.bytes >= limit && this.#failure !== undefined) throw this.#failure;
  }

  /**
   * Brings everything to the file and keeps it so until the answer is called. No commit may be made meanwhile.
   * @throws CairnError when it cannot be written
   */
  async settle(): Promise<() => void> {
    while (!this.#unwritten.isEmpty || this.#running !== undefined) {
      await this.#run();
      if (!this.#unwritten.isEmpty && this.#failure !== undefined) throw this.#failure;
    }
    return this.hold();
  }

  /** Lets no further checkpoint begin until the answer is called; one that is under way goes on. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#holds.add(promise);
    return () => {
      this.#holds.delete(promise);
      resolve();
    };
  }

  /** The last checkpoint; what it cannot write stays in the log. */
  async close(): Promise<void> {
    await this.#running;
    if (!this.#unwritten.isEmpty) await this.#run();
    clearTimeout(this.#timer);
  }

  #start(): void {
    void this.#run();
  }

  /**
   * Never rejects: a failure is kept for those who need to know. Once nobody knows what a failed write has left, LMDB is
   * asked for no other: it may never answer.
   */
  #run(): Promise<void> {
    if (this.#failure?.code === 'read_only') return Promise.resolve();
    this.#running ??= this.#write().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const hold of this.#holds) await hold;
    const writing = this.#unwritten;
    if (writing.isEmpty) return;
    this.#unwritten = new UnwrittenChanges();
    this.#writing = writing;
    const startedMs = performance.now();
    try {
      await this.#target.write(writing.changes);
      this.#options.meter?.checkpointed(writing.bytes, performance.now() - startedMs);
      this.#failure = undefined;
      await this.#target.written(writing.lsn, writing.references);
    } catch (error) {
      this.#failed(error, writing);
    } finally {
      this.#writing = undefined;
    }
  }

  #failed(error: unknown, writing: UnwrittenChanges): void {
    const failure =
      error instanceof CairnError ? error : new CairnError('internal', 'a checkpoint failed', { cause: error });
    this.#failure = failure;
    if (this.#options.meter !== undefined) this.#options.meter.checkpointFailures++;
    this.#unwritten.takeBack(writing);
    this.#target.failed(failure);
    this.#timer ??= setTimeout(() => this.#start(), this.#options.checkpointDelayMs).unref();
  }
}
