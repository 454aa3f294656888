import type { Value } from '@cairn/protocol/internal';
import type { Job } from '@cairn/scripting/internal';
import { shownRecord } from '../shown-record.ts';

/** A job as clients see it: without what only the worker needs. */
export function shownJob(job: Job): Value {
  const { rank: _rank, timer, ...shown } = job;
  const lease = timer.kind === 'lease' ? { lease_until_ms: timer.at_ms } : {};
  return shownRecord({ ...shown, ...lease });
}
