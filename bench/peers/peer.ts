/** A document as the benchmark makes them; `_key` names it. */
export type BenchDocument = Record<string, unknown> & { readonly _key: string };

/** Queries that are timed one at a time, as their caller waits for them. */
export const QUERIES = [
  'filter + count',
  'filter + project',
  'group by, 3 aggregates',
  'sort, limit 10',
  '10,000 documents',
  'indexed range, 100 rows',
  'join 100 x index',
] as const;
export type QueryName = (typeof QUERIES)[number];

/** Requests that are counted for a while. */
export const REQUESTS = ['get', 'insert', 'indexed equality'] as const;
export type RequestName = (typeof REQUESTS)[number];

/** Somebody who sends one request after another and waits for each answer. */
export interface Caller {
  /** Runs a query and answers how many rows came. */
  query(name: QueryName): Promise<number>;
  /** Sends the request with this number; the number chooses the document. */
  request(name: RequestName, serial: number): Promise<void>;
  close(): Promise<void>;
}

/** A database beside which Cairn is measured, or Cairn itself. */
export interface Peer {
  readonly name: string;
  /** What it is and how it is set, for the head of the report. */
  readonly description: string;
  /** What it is not measured at: a columnar store answers no gets. */
  readonly skips: ReadonlySet<QueryName | RequestName | 'several callers'>;
  /** Stores documents, a thousand at a time, each time until they are on the disk. */
  load(collection: 'users' | 'orders', batches: Iterable<readonly BenchDocument[]>): Promise<void>;
  /** Called when all is loaded, before the first scan. */
  settle(): Promise<void>;
  /** Indexes of users on email and age, of orders on user. */
  createIndexes(): Promise<void>;
  caller(): Promise<Caller>;
  stop(): Promise<void>;
}
