import { encodeValue, type ValueObject } from '@cairn/protocol/internal';
import { type Database, recordKey, type Transaction } from '@cairn/storage/internal';
import type { Host } from '../../host.ts';
import { SLOW_QUERIES_WAITING_MAX, SLOW_QUERY_DELAY_MS } from '../../limits.ts';
import type { Logger } from '../log.ts';
import { type EndedRequest, slowQueryEntry } from './slow-query-entry.ts';

/** The collection of the system database that keeps them: a document an entry, its key grows with time. */
export const SLOW_QUERIES = '_slow_queries';

interface Entry {
  readonly key: string;
  readonly timeMs: number;
  readonly body: ValueObject;
}

interface SlowQueryLogOptions {
  readonly host: Host;
  readonly log: Logger | undefined;
  /** Entries that the collection holds; 0 stores none, and only the server's log has them. */
  readonly keptMax: number;
  readonly isKnown: EndedRequest['isKnown'];
}

/**
 * Requests that lasted longer than the settings allow. They gather in memory and are stored together, behind the replies that
 * they are about: the log must not make what is slow slower. Only so many are kept, and of many at once the first are told and the others counted.
 */
export class SlowQueryLog {
  readonly #database: Database;
  readonly #host: Host;
  readonly #log: Logger | undefined;
  readonly #keptMax: number;
  readonly #isKnown: EndedRequest['isKnown'];
  #waiting: Entry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #storing: Promise<void> = Promise.resolve();
  #serial = 0;
  #noted = 0;
  #notedSinceFlush = 0;
  #dropped = 0;

  constructor(database: Database, { host, log, keptMax, isKnown }: SlowQueryLogOptions) {
    this.#database = database;
    this.#host = host;
    this.#log = log;
    this.#keptMax = keptMax;
    this.#isKnown = isKnown;
  }

  /** Slow requests since the start. */
  get noted(): number {
    return this.#noted;
  }

  /** Those of them that were neither stored nor told one by one, because too many came at once, or that the disk did not take. */
  get dropped(): number {
    return this.#dropped;
  }

  note(ended: Omit<EndedRequest, 'nowMs' | 'isKnown'>): void {
    this.#noted++;
    this.#timer ??= setTimeout(() => void this.flush(), SLOW_QUERY_DELAY_MS).unref();
    // When everything is slow there is least time for telling of each, and a line costs more than many a request.
    if (++this.#notedSinceFlush > SLOW_QUERIES_WAITING_MAX) {
      this.#dropped++;
      return;
    }
    const nowMs = this.#host.nowMs();
    const body = slowQueryEntry({ ...ended, nowMs, isKnown: this.#isKnown });
    this.#log?.warn({ slow: body }, 'slow request');
    if (this.#keptMax > 0) this.#waiting.push({ key: this.#key(nowMs), timeMs: nowMs, body });
  }

  /** Stores what waits. Never rejects: an entry that cannot be stored is counted. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const untold = this.#notedSinceFlush - SLOW_QUERIES_WAITING_MAX;
    if (untold > 0) this.#log?.warn({ untold }, 'more slow requests than are told one by one');
    this.#notedSinceFlush = 0;
    const entries = this.#waiting;
    this.#waiting = [];
    if (entries.length > 0) {
      this.#storing = this.#storing
        .then(() => this.#store(entries))
        .catch((error: unknown) => {
          this.#dropped += entries.length;
          this.#log?.error({ err: error }, 'slow requests could not be stored');
        });
    }
    return this.#storing;
  }

  async #store(entries: readonly Entry[]): Promise<void> {
    await this.#makeCollection();
    await this.#database.write((transaction) => {
      for (const { key, timeMs, body } of entries) {
        const revision = this.#host.randomBytes(8);
        transaction.put(
          SLOW_QUERIES,
          { key, revision, createdMs: timeMs, updatedMs: timeMs, body: encodeValue(body) },
          'upsert',
        );
      }
      for (const key of this.#tooMany(transaction)) transaction.delete(SLOW_QUERIES, key);
    });
  }

  async #makeCollection(): Promise<void> {
    const isThere = this.#database.read((view) => view.collection(SLOW_QUERIES) !== undefined);
    if (!isThere) await this.#database.createCollection(SLOW_QUERIES);
  }

  /** Keys of the oldest entries, beyond those that are kept. */
  #tooMany(transaction: Transaction): string[] {
    const collection = transaction.collection(SLOW_QUERIES)!;
    const keys: string[] = [];
    const excess = collection.count - this.#keptMax;
    const blocks = collection.blocks();
    while (keys.length < excess) {
      const slice = blocks.next();
      if (slice === undefined) break;
      for (let at = slice.from; at < slice.to && keys.length < excess; at++) keys.push(recordKey(slice.bytes, at));
    }
    return keys;
  }

  /** In the order of time, and of one millisecond in the order in which they came. */
  #key(nowMs: number): string {
    this.#serial = (this.#serial + 1) % 1_000_000;
    return `${new Date(nowMs).toISOString()}-${String(this.#serial).padStart(6, '0')}`;
  }
}
