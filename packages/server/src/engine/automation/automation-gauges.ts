import type { Gauge } from '../../observability/metrics/gauges.ts';
import type { Automation } from './automation.ts';

/** What jobs and triggers of all databases tell about themselves. */
export function automationGauges(automation: Automation): Gauge[] {
  const { jobCounts, triggerCounts } = automation.shared;
  const counter = (name: string, help: string, read: () => number): Gauge => ({ name, help, kind: 'counter', read });
  const gauge = (name: string, help: string, read: () => number): Gauge => ({ name, help, kind: 'gauge', read });
  const sum = (read: (one: Automation['databases'][number]) => number) =>
    automation.databases.reduce((total, one) => total + read(one), 0);
  return [
    gauge('cairn_jobs_running', 'Jobs that run now.', () => sum(({ worker }) => worker.running)),
    counter('cairn_jobs_started_total', 'Runs of jobs that were begun.', () => jobCounts.started),
    counter('cairn_jobs_completed_total', 'Jobs that ended well.', () => jobCounts.completed),
    counter('cairn_jobs_failed_total', 'Jobs that were given up.', () => jobCounts.failed),
    counter('cairn_jobs_retried_total', 'Runs of jobs that failed and are tried again.', () => jobCounts.retried),
    counter('cairn_jobs_recovered_total', 'Jobs that were taken from a worker that died.', () => jobCounts.recovered),
    counter('cairn_trigger_runs_total', 'Runs of triggers.', () => triggerCounts.runs),
    counter(
      'cairn_trigger_failures_total',
      'Changes that a trigger could not be told of.',
      () => triggerCounts.failures,
    ),
    counter(
      'cairn_trigger_retries_total',
      'Runs of triggers that failed and are tried again.',
      () => triggerCounts.retries,
    ),
    counter('cairn_trigger_aborts_total', 'Writes that a trigger refused.', () => triggerCounts.aborts),
    counter(
      'cairn_trigger_depth_refusals_total',
      'Changes that fired no trigger because too many stood behind them.',
      () => triggerCounts.depthRefusals,
    ),
    counter(
      'cairn_trigger_lost_commits_total',
      'Commits that the change log no longer had when a trigger came to read them.',
      () => triggerCounts.lostChanges,
    ),
    gauge('cairn_trigger_lag_commits', 'Commits that the slowest trigger has not come to yet.', () =>
      Math.max(0, ...automation.databases.flatMap(({ triggers }) => triggers.followers.map(({ lag }) => lag))),
    ),
  ];
}
