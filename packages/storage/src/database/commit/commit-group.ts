import { ByteWriter } from '@cairn/protocol/internal';
import { mergeChanges, writeCommitRecord } from '../../log/commit-record.ts';
import type { Transaction } from '../../transaction/transaction.ts';
import type { QueuedWork } from './commit-queue.ts';

/** A work of a group that has been done: what it gave, and the LSN under which it stands. */
interface DoneWork {
  readonly work: QueuedWork;
  readonly result: unknown;
  readonly lsn: number;
}

/** What the log records of a group begin with. */
export interface GroupLog {
  readonly records: ByteWriter;
  readonly durableLsn: number;
  readonly timeMs: number;
}

/** The savepoint before each work of a group. */
const WORK = 'work';
/** A buffer for records that is larger than this is not kept for the next group. */
const KEPT_BUFFER_BYTES = 1024 * 1024;

/** Works that go to disk together. Each that changes something is a commit with an LSN and a record of its own. */
export class CommitGroup {
  readonly #works: readonly QueuedWork[];
  readonly #transaction: Transaction;
  readonly #durableLsn: number;
  readonly #timeMs: number;
  readonly #done: DoneWork[] = [];
  /** Works that have thrown. They have seen what works before them did, so they learn of it no sooner than it is on disk. */
  readonly #refused: { readonly work: QueuedWork; readonly error: unknown }[] = [];
  readonly #records: ByteWriter;
  #lastLsn: number;

  /**
   * @param transaction on the newest state, where the works leave their changes
   * @param log an empty writer for the group's log records, and what they say of its moment
   */
  constructor(works: readonly QueuedWork[], transaction: Transaction, log: GroupLog) {
    this.#works = works;
    this.#transaction = transaction;
    this.#records = log.records;
    this.#durableLsn = log.durableLsn;
    this.#lastLsn = transaction.lsn;
    this.#timeMs = log.timeMs;
  }

  /** LSN of the last commit of the group. */
  get lastLsn(): number {
    return this.#lastLsn;
  }

  /** The log records of all its commits, back to back. */
  get records(): ByteWriter {
    return this.#records;
  }

  /**
   * Runs each work; one that throws is undone and will be rejected, the others stay. A work that is alone needs no way back: when
   * it throws the whole group is given up, and a large one would keep a note of every step.
   */
  run(): void {
    const transaction = this.#transaction;
    const isAlone = this.#works.length === 1;
    for (const work of this.#works) {
      const from = transaction.journal.length;
      if (!isAlone) transaction.savepoint(WORK);
      try {
        const result = work.run(transaction);
        this.#note(work, from);
        this.#done.push({ work, result, lsn: this.#lastLsn });
      } catch (error) {
        if (!isAlone) transaction.rollbackTo(WORK);
        this.#refused.push({ work, error });
      }
      if (!isAlone) transaction.releaseSavepoint(WORK);
    }
  }

  /** Writes the record of what a work has added to the journal. */
  #note(work: QueuedWork, from: number): void {
    const { journal } = this.#transaction;
    if (journal.length === from) return;
    const changes = mergeChanges(from === 0 && this.#works.length === 1 ? journal : journal.slice(from));
    if (changes.length === 0) return;
    this.#lastLsn++;
    const [lsn, durableLsn, timeMs] = [this.#lastLsn, this.#durableLsn, work.timeMs ?? this.#timeMs];
    writeCommitRecord(this.#records, { lsn, durableLsn, timeMs, user: work.user, depth: work.depth, changes });
  }

  /** Tells the callers that their changes are on disk, or why they could not be made. */
  resolve(): void {
    for (const { work, result, lsn } of this.#done) work.resolve({ result, lsn });
    for (const { work, error } of this.#refused) work.reject(error);
  }

  /** Tells the callers that their changes have come to nothing. */
  reject(error: unknown): void {
    for (const { work } of [...this.#done, ...this.#refused]) work.reject(error);
  }
}

/** One writer for the records of group after group. */
export class RecordBuffer {
  #writer = new ByteWriter();

  take(): ByteWriter {
    if (this.#writer.bytes.length > KEPT_BUFFER_BYTES) this.#writer = new ByteWriter();
    this.#writer.reset();
    return this.#writer;
  }
}
