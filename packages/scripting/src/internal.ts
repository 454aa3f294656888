export { HOST_CALLS, type HostCallDefinition, type HostCallName, isReadingCall } from './api/host-call-names.ts';
export {
  type CronJob,
  cronRunKey,
  cronRunPrefix,
  MISSED_POLICIES,
  type MissedPolicy,
  OVERLAP_POLICIES,
  type OverlapPolicy,
} from './cron/cron-job.ts';
export { CronSchedule } from './cron/cron-schedule.ts';
export { dueRuns } from './cron/due-runs.ts';
export { HostCallError } from './host/child/engine.ts';
export { StreamFailure } from './host/stream-failure.ts';
export * from './index.ts';
export {
  JOB_DEFAULTS,
  JOB_STATUSES,
  type Job,
  type JobRequest,
  type JobStatus,
  type JobTimer,
  newJob,
} from './jobs/job.ts';
export {
  beginJob,
  cancelJob,
  completeJob,
  failJob,
  type JobRetention,
  recoverJob,
  renewLease,
  returnJob,
  reviveJob,
} from './jobs/job-steps.ts';
export { retryDelayMs } from './jobs/retry-delay.ts';
export { type ChangePlace, DoneChanges, type DoneRange } from './triggers/done-changes.ts';
export {
  TRIGGER_DEFAULTS,
  TRIGGER_EVENTS,
  type Trigger,
  type TriggerEvent,
  type TriggerTiming,
} from './triggers/trigger.ts';
