export type TriggerEvent = 'insert' | 'update' | 'delete';
/** `before` runs inside the transaction that makes the change, `after` when it is durable. */
export type TriggerTiming = 'before' | 'after';

export const TRIGGER_EVENTS: readonly TriggerEvent[] = ['insert', 'update', 'delete'];

/** A trigger as it is stored in `_triggers`. */
export interface Trigger {
  readonly _key: string;
  readonly name: string;
  readonly collection: string;
  readonly events: readonly TriggerEvent[];
  readonly timing: TriggerTiming;
  readonly script_path: string;
  /** An expression over `doc` and `old`; the trigger fires where it is true. */
  readonly filter: string | null;
  readonly enabled: boolean;
  /** Several changes in one run. */
  readonly batch: boolean;
  readonly batch_size: number;
  /** Runs of an after-trigger at one time; changes of one document come one after the other all the same. */
  readonly concurrency: number;
  /** Attempts of an after-trigger that may fail before the change is put aside. */
  readonly max_retries: number;
  readonly backoff_ms: number;
  readonly run_timeout_ms: number;
  /** Kept for clients that send them. */
  readonly queue: string;
  readonly priority: number;
  /** Seconds since 1970. */
  readonly created_at: number;
  readonly updated_at: number;
  /** Who made it. */
  readonly user?: string;
}

export const TRIGGER_DEFAULTS = {
  maxRetries: 5,
  /** The changes of a document wait behind one that fails, so the back-off is a short one: 2, 4, 8, 16 s. */
  backoffMs: 1_000,
  runTimeoutMs: 5_000,
  batchSize: 100,
  concurrency: 4,
} as const;
