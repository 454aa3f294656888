import type { ColumnStoreOptions, Plan } from '@cairn/query/internal';
import type { Database } from '@cairn/storage/internal';
import type { Host } from '../host.ts';
import {
  READ_THREAD_HEAP_BYTES,
  READ_THREADS_CACHE_BYTES,
  REPLICA_CROWDED_IDLE_MS,
  REPLICA_IDLE_MS,
  REPLICAS_KEPT,
  WORKER_STARTS_MAX,
} from '../limits.ts';
import { type QueryStart, RemoteQuery } from './remote-query.ts';
import { ReplicaLink } from './replica-link.ts';
import { WorkerThread } from './worker-thread.ts';

export interface WorkerPoolOptions {
  /** Threads at most; 0 for none. */
  readonly threads: number;
  /** Room for one block, bytes. */
  readonly blockBytes: number;
  /** What each thread keeps of columns. */
  readonly columns: ColumnStoreOptions;
  readonly host: Host;
  readonly onCrash?: (error: Error) => void;
}

/** A reading query that shall run in a worker. */
export interface PoolQuery {
  readonly database: Database;
  readonly plan: Plan;
  /** Collections whose blocks it will read for sure. */
  readonly collections: Iterable<string>;
  readonly start: Omit<QueryStart, 'database' | 'lsn' | 'plan'>;
  /** Wait for a thread that is still loading, instead of refusing. */
  readonly insists: boolean;
}

interface PooledThread {
  readonly thread: WorkerThread;
  readonly links: Map<Database, ReplicaLink>;
}

/**
 * The worker threads that long reads run in. Threads are started when they are first wanted, the first one by `prepare`; one that ends under its
 * queries is replaced when the next query comes.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #threads: PooledThread[] = [];
  readonly #numbers = new WeakMap<Database, number>();
  #lastNumber = 0;
  #lastThread = 0;
  /** Threads in a row that have ended before they were ready. */
  #failedStarts = 0;
  #crashes = 0;
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Threads that have been started. */
  get threads(): number {
    return this.#threads.length;
  }

  /** Queries that run in them. */
  get queries(): number {
    return this.#threads.reduce((sum, { thread }) => sum + thread.queries, 0);
  }

  /** Threads that have ended under their queries. */
  get crashes(): number {
    return this.#crashes;
  }

  /** Starts the first thread before anybody wants it: loading takes it a third of a second. */
  prepare(): void {
    if (!this.#isClosed && this.#threads.length === 0 && this.#maySpawn()) this.#spawn();
  }

  /**
   * Starts a query on the newest state of the database; computes nothing before its first `next`. Undefined when no thread
   * is ready.
   */
  start(query: PoolQuery): RemoteQuery | undefined {
    const pooled = this.#choose(query.insists);
    if (pooled === undefined) return undefined;
    const link = this.#link(pooled, query.database);
    const lsn = link.follow(query.collections);
    const plan = pooled.thread.sentPlan(query.plan);
    const start = { ...query.start, database: link.number, lsn, plan };
    return new RemoteQuery(pooled.thread, link, start, this.#options.host);
  }

  /** Lets all threads close the file of a database. */
  async closeDatabase(database: Database): Promise<void> {
    await Promise.all(
      this.#threads.map(async ({ links }) => {
        const link = links.get(database);
        links.delete(database);
        await link?.close();
      }),
    );
  }

  /** Lets threads close the files of databases that they have not read for a while. */
  sweep(): void {
    const nowMs = this.#options.host.monotonicMs();
    for (const { links } of this.#threads) {
      const idleMs = links.size > REPLICAS_KEPT ? REPLICA_CROWDED_IDLE_MS : REPLICA_IDLE_MS;
      for (const [database, link] of links) {
        if (!link.isIdle(nowMs - idleMs)) continue;
        links.delete(database);
        void link.close();
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#threads.splice(0).map(({ thread }) => thread.end()));
  }

  /** The thread with the fewest queries; a further one is started when all are busy. */
  #choose(insists: boolean): PooledThread | undefined {
    if (this.#isClosed) return undefined;
    const best = this.#leastBusy(({ isReady }) => isReady);
    if ((best === undefined || best.thread.queries > 0) && this.#maySpawn()) this.#spawn();
    return best ?? (insists ? this.#leastBusy(() => true) : undefined);
  }

  #leastBusy(among: (thread: WorkerThread) => boolean): PooledThread | undefined {
    let best: PooledThread | undefined;
    for (const pooled of this.#threads) {
      if (among(pooled.thread) && (best === undefined || pooled.thread.queries < best.thread.queries)) best = pooled;
    }
    return best;
  }

  #maySpawn(): boolean {
    const isLoading = this.#threads.some(({ thread }) => !thread.isReady);
    return !isLoading && this.#threads.length < this.#options.threads && this.#failedStarts < WORKER_STARTS_MAX;
  }

  #spawn(): void {
    const thread = new WorkerThread({
      name: `read ${++this.#lastThread}`,
      setup: {
        cacheBytes: Math.floor(READ_THREADS_CACHE_BYTES / this.#options.threads),
        blockBytes: this.#options.blockBytes,
        columns: this.#options.columns,
      },
      heapMaxBytes: READ_THREAD_HEAP_BYTES,
      onCrash: (crashed, error) => this.#crashed(crashed, error),
    });
    this.#threads.push({ thread, links: new Map() });
  }

  #crashed(thread: WorkerThread, error: Error): void {
    this.#crashes++;
    this.#failedStarts = thread.isReady ? 0 : this.#failedStarts + 1;
    const at = this.#threads.findIndex((pooled) => pooled.thread === thread);
    if (at >= 0) this.#threads.splice(at, 1);
    this.#options.onCrash?.(error);
  }

  #link({ thread, links }: PooledThread, database: Database): ReplicaLink {
    let link = links.get(database);
    if (link === undefined) {
      link = new ReplicaLink(thread, database, this.#number(database), this.#options.host);
      links.set(database, link);
    }
    return link;
  }

  #number(database: Database): number {
    let number = this.#numbers.get(database);
    if (number === undefined) this.#numbers.set(database, (number = ++this.#lastNumber));
    return number;
  }
}
