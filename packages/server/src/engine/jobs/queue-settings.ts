import type { JobRetention } from '@cairn/scripting/internal';

/** What somebody has set for a queue, as it is stored in `_queues`. */
export interface QueueRecord {
  readonly _key: string;
  /** Jobs of the queue that run at one time. */
  readonly concurrency?: number;
  /** No job of the queue is begun. */
  readonly paused?: boolean;
  readonly completed_retention_ms?: number;
  readonly failed_retention_ms?: number;
}

/** What holds for a queue. */
export interface QueueSettings {
  readonly concurrency: number;
  readonly isPaused: boolean;
  readonly retention: JobRetention;
}

const DAY_MS = 86_400_000;
/** Jobs of one queue that run at one time unless it says otherwise. */
export const QUEUE_CONCURRENCY = 4;
export const QUEUE_CONCURRENCY_MAX = 256;
/** Finished jobs and their results are kept a day, dead ones a week: long enough to be looked at on a Monday. */
const COMPLETED_RETENTION_MS = DAY_MS;
const FAILED_RETENTION_MS = 7 * DAY_MS;

export function queueSettings(record: QueueRecord | undefined): QueueSettings {
  return {
    concurrency: record?.concurrency ?? QUEUE_CONCURRENCY,
    isPaused: record?.paused ?? false,
    retention: {
      completedMs: record?.completed_retention_ms ?? COMPLETED_RETENTION_MS,
      failedMs: record?.failed_retention_ms ?? FAILED_RETENTION_MS,
    },
  };
}
