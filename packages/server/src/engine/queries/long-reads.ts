import type { Value } from '@cairn/protocol/internal';
import { certainWork, mostRows, type Plan, type PreparedQuery } from '@cairn/query/internal';
import type { Database, ReadView } from '@cairn/storage/internal';
import type { RemoteQuery } from '../../workers/remote-query.ts';
import { packError } from '../../workers/sent-error.ts';
import type { PoolQuery, WorkerPool } from '../../workers/worker-pool.ts';

/** Where a query runs. */
export type QueryThread = 'main' | 'worker';

/** A reading query outside of transactions, as it is handed to a worker. */
export interface LongRead {
  readonly database: Database;
  readonly prepared: PreparedQuery;
  /** The newest state. */
  readonly view: ReadView;
  /** Have the worker know all blocks, not only those of the collections that the text names. */
  readonly everything: boolean;
  readonly start: Omit<PoolQuery['start'], 'refused'>;
  /** Throws for a collection that the user may not read. */
  readonly mayRead: (collection: string) => void;
}

/** Decides which reads are long, and hands them to the worker threads. */
export class LongReads {
  readonly #pool: WorkerPool;
  readonly #longReadRows: number;

  constructor(pool: WorkerPool, options: { readonly longReadRows: number }) {
    this.#pool = pool;
    this.#longReadRows = options.longReadRows;
  }

  /** Where a plan is to run: a function of the plan, the bind values and the counts of the collections. */
  threadOf(plan: Plan, view: ReadView, binds: ReadonlyMap<string, Value>): QueryThread {
    if (this.#isForced) return 'worker';
    return !this.staysShort(plan, binds) && certainWork(plan, view, binds) >= this.#longReadRows ? 'worker' : 'main';
  }

  /** Whether a plan is sure to be over soon, so that it had better stay on the main thread. */
  staysShort(plan: Plan, binds: ReadonlyMap<string, Value>): boolean {
    const rows = mostRows(plan, binds);
    return !this.#isForced && rows !== undefined && rows <= this.#longReadRows;
  }

  /** Starts a query in a worker, on the newest state. Undefined when no worker is ready. */
  start({ database, prepared, view, everything, start, mayRead }: LongRead): RemoteQuery | undefined {
    return this.#pool.start({
      database,
      plan: prepared.plan,
      collections: everything ? view.collectionNames() : prepared.collections.map(({ name }) => name),
      start: { ...start, refused: refusals(view, mayRead) },
      insists: this.#isForced,
    });
  }

  /** Every read runs in a worker: for tests. */
  get #isForced(): boolean {
    return this.#longReadRows === 0;
  }
}

/** Why collections may not be read, asked in advance: a worker cannot ask while it runs. */
function refusals(view: ReadView, mayRead: (collection: string) => void): PoolQuery['start']['refused'] {
  const refused = new Map<string, ReturnType<typeof packError>>();
  for (const name of view.collectionNames()) {
    try {
      mayRead(name);
    } catch (error) {
      refused.set(name, packError(error));
    }
  }
  return refused;
}
