import type { ErrorCode, ErrorScope, Value, WireVariant } from '@cairn/protocol/internal';
import type { ColumnStoreOptions, Plan, QueryLimits } from '@cairn/query/internal';
import type { ReplicaPlace, VersionDelta } from '@cairn/storage/internal';
import type { SentSubject } from '../security/rights/rules/rule-subject.ts';

/** How a worker is set up. */
export interface WorkerSetup {
  /** Bytes of blocks that it may keep. */
  readonly cacheBytes: number;
  /** Room for one block, bytes. */
  readonly blockBytes: number;
  readonly columns: ColumnStoreOptions;
}

/** How much of a query is wanted, and how long it may take from now on. */
export interface WantedBatch {
  readonly rowsMax: number;
  readonly bytesMax: number;
  readonly whenFull: 'stop' | 'refuse';
  readonly timeLeftMs: number;
}

/** A plan by its number; with its content when the worker has not seen it or has been told to forget it. */
export interface SentPlan {
  readonly number: number;
  readonly content?: Plan;
  /** Numbers of plans that will not come again without their content. */
  readonly forget: readonly number[];
}

export interface StartQuery {
  readonly kind: 'start';
  readonly query: number;
  readonly database: number;
  /** The state that must be open. */
  readonly lsn: number;
  readonly plan: SentPlan;
  readonly binds: ReadonlyMap<string, Value>;
  readonly nowMs: number;
  readonly limits: Partial<QueryLimits>;
  readonly temporaryFolder?: string;
  /** Hide the collections that hold secrets. */
  readonly isGuarded: boolean;
  /** Whom the rules of collections bind. */
  readonly subject: SentSubject;
  /** Why the user may not read the collections that he may not read. */
  readonly refused: ReadonlyMap<string, SentError>;
  /** One number: not 0 as soon as nobody waits for the query any more. */
  readonly stop: Int32Array;
  readonly wanted: WantedBatch;
}

/** What a worker is told. They are done in the order in which they were sent. */
export type ToWorker =
  | { readonly kind: 'open'; readonly database: number; readonly place: ReplicaPlace; readonly delta: VersionDelta }
  /** Nobody reads the open state: let go of it. */
  | { readonly kind: 'rest'; readonly database: number }
  /** End what reads the database and close its file; answered by `closed`. */
  | { readonly kind: 'close database'; readonly database: number }
  | StartQuery
  | { readonly kind: 'next'; readonly query: number; readonly wanted: WantedBatch }
  | { readonly kind: 'close'; readonly query: number }
  /** Answered by `pong`. */
  | { readonly kind: 'ping' }
  /** End everything and the thread. */
  | { readonly kind: 'end' };

/** What a worker says. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'pong' }
  | { readonly kind: 'opened'; readonly database: number }
  | { readonly kind: 'open failed'; readonly database: number; readonly error: SentError }
  | { readonly kind: 'closed'; readonly database: number }
  | SentBatch
  | {
      readonly kind: 'failed';
      readonly query: number;
      readonly error: SentError;
      /** The worker does not have the state, or does not know the blocks of a collection that the query has come to. */
      readonly missing: boolean;
    };

/** Rows of a query, as they go into a reply. After the last ones the query is no more. */
export interface SentBatch {
  readonly kind: 'batch';
  readonly query: number;
  readonly count: number;
  readonly parts: readonly Uint8Array[];
  readonly done: boolean;
  readonly warnings: readonly string[];
}

/** An error on its way between threads, where its class is lost. */
export interface SentError {
  readonly message: string;
  /** Absent for an error that is not one of ours. */
  readonly known?: {
    readonly name: string;
    readonly code: ErrorCode;
    readonly spoils: ErrorScope;
    readonly retryable: boolean;
    readonly details: Readonly<Record<string, Value>>;
    readonly variant: WireVariant;
  };
  readonly stack?: string;
}
