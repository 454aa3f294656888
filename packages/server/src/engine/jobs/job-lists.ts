import { JOB_STATUSES, type Job, type JobStatus } from '@cairn/scripting/internal';
import type { IndexEntryCursor, IndexView, ReadView } from '@cairn/storage/internal';
import type { SystemCollection } from '../automation/system-collection.ts';
import { DueJobs } from './due-jobs.ts';
import { HISTORY, JOBS } from './job-collections.ts';
import { type QueueRecord, queueSettings } from './queue-settings.ts';

export interface JobPage {
  readonly jobs: readonly Job[];
  /** All that there are, on this page or not. */
  readonly total: number;
}

/** A queue as lists show it. */
export interface QueueCounts extends Readonly<Record<JobStatus, number>> {
  readonly name: string;
  readonly total: number;
  readonly concurrency: number;
  readonly paused: boolean;
}

interface Head {
  readonly cursor: IndexEntryCursor;
  createdMs: number;
}

/** Jobs of a queue, newest first. */
export function listJobs(
  view: ReadView,
  jobs: SystemCollection<Job>,
  { queue, status, limit, offset }: { queue: string; status?: JobStatus; limit: number; offset: number },
): JobPage {
  const history = historyOf(view);
  if (history === undefined) return { jobs: [], total: 0 };
  const statuses = status === undefined ? JOB_STATUSES : [status];
  const heads = statuses.map((one) => headOf(history, queue, one)).filter((head) => head !== undefined);
  const found: Job[] = [];
  for (let place = 0; heads.length > 0 && found.length < limit; place++) {
    const newest = heads.reduce((best, head) => (head.createdMs > best.createdMs ? head : best));
    if (place >= offset) found.push(jobs.find(view, newest.cursor.documentKey())!);
    if (newest.cursor.next()) newest.createdMs = Number(newest.cursor.field(2));
    else heads.splice(heads.indexOf(newest), 1);
  }
  return { jobs: found, total: statuses.reduce((sum, one) => sum + count(history, queue, one), 0) };
}

export function countQueues(view: ReadView, records: ReadonlyMap<string, QueueRecord>): QueueCounts[] {
  const history = historyOf(view);
  const names = new Set([...new DueJobs(view).queues(), ...records.keys()]);
  return [...names].sort().map((name) => {
    const counts = Object.fromEntries(
      JOB_STATUSES.map((status) => [status, history === undefined ? 0 : count(history, name, status)]),
    ) as Record<JobStatus, number>;
    const total = JOB_STATUSES.reduce((sum, status) => sum + counts[status], 0);
    const { concurrency, isPaused } = queueSettings(records.get(name));
    return { name, ...counts, total, concurrency, paused: isPaused };
  });
}

function historyOf(view: ReadView): IndexView | undefined {
  return view.collection(JOBS)?.indexes.find(({ name }) => name === HISTORY);
}

function headOf(history: IndexView, queue: string, status: JobStatus): Head | undefined {
  const cursor = history.scanEntries({ equal: [queue, status] }, 'backward');
  return cursor.next() ? { cursor, createdMs: Number(cursor.field(2)) } : undefined;
}

function count(history: IndexView, queue: string, status: JobStatus): number {
  const cursor = history.scanEntries({ equal: [queue, status] });
  let total = 0;
  while (cursor.next()) total++;
  return total;
}
