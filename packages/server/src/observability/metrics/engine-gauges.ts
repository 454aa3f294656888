import type { Store } from '@cairn/storage/internal';
import type { Engine } from '../../engine/engine.ts';
import type { WorkerPool } from '../../workers/worker-pool.ts';
import type { Gauge } from './gauges.ts';

type Part = readonly Gauge[];

/** What the engine's own parts tell. Everything is summed over databases: their names are no labels, since clients make them. */
export function engineGauges(engine: Engine, store: Store, workers: WorkerPool | undefined): Part {
  return [...storageGauges(store), ...queryGauges(engine, workers), ...openGauges(engine)];
}

function storageGauges(store: Store): Part {
  const { meter } = store;
  return [
    gauge('cairn_databases_open', 'Databases whose files are open.', () => store.state.openDatabases),
    gauge(
      'cairn_databases_failed',
      'Databases that take no more writes until they are opened anew.',
      () => store.state.failedDatabases.length,
    ),
    gauge('cairn_log_bytes', 'Bytes of the change logs of open databases.', () => store.state.logBytes),
    gauge(
      'cairn_unwritten_bytes',
      'Bytes of changed blocks that wait for a checkpoint.',
      () => store.state.unwrittenBytes,
    ),
    gauge('cairn_commit_queue_depth', 'Commits that wait for their turn.', () => store.state.queuedCommits),
    gauge('cairn_commit_group_size', 'Commits of the last group.', () => meter.lastGroupCommits),
    counter(
      'cairn_commit_groups_total',
      'Groups of commits: each is one write of a change log.',
      () => meter.commitGroups,
    ),
    counter('cairn_commits_total', 'Commits.', () => meter.commits),
    counter('cairn_log_written_bytes_total', 'Bytes written to the change logs.', () => meter.flushedBytes),
    counter(
      'cairn_checkpoint_bytes_total',
      'Bytes of changed blocks that checkpoints have written.',
      () => meter.checkpointBytes,
    ),
    counter('cairn_checkpoint_failures_total', 'Checkpoints that have failed.', () => meter.checkpointFailures),
  ];
}

function queryGauges({ queries }: Engine, workers: WorkerPool | undefined): Part {
  return [
    gauge('cairn_plan_cache_texts', 'Texts whose plans are remembered.', () => queries.planCache.size),
    gauge('cairn_plan_cache_bytes', 'What remembered plans cost, by estimate.', () => queries.planCache.bytes),
    counter('cairn_plan_cache_hits_total', 'Plans that were found.', () => queries.planCache.hits),
    counter('cairn_plan_cache_misses_total', 'Plans that had to be made.', () => queries.planCache.misses),
    gauge('cairn_read_threads', 'Threads for long reads that have been started.', () => workers?.threads ?? 0),
    gauge('cairn_read_thread_queries', 'Queries in threads for long reads.', () => workers?.queries ?? 0),
    counter(
      'cairn_read_thread_crashes_total',
      'Threads for long reads that ended under their queries.',
      () => workers?.crashes ?? 0,
    ),
  ];
}

function openGauges(engine: Engine): Part {
  return [
    counter(
      'cairn_slow_requests_total',
      'Requests that lasted longer than the settings allow.',
      () => engine.slowQueries.noted,
    ),
    counter(
      'cairn_slow_requests_dropped_total',
      'Slow requests that were not stored.',
      () => engine.slowQueries.dropped,
    ),
    counter('cairn_audit_entries_total', 'Entries written into the audit log.', () => engine.audit.written),
    gauge('cairn_databases', 'Databases.', () => engine.databaseNames().length),
    gauge('cairn_open_transactions', 'Transactions that clients have begun.', () => engine.transactions.size),
    gauge('cairn_open_cursors', 'Cursors that are not read to their end.', () => engine.cursors.size),
    gauge(
      'cairn_requests_running',
      'Requests that have begun and are not answered.',
      () => engine.activity.running.size,
    ),
  ];
}

function gauge(name: string, help: string, read: () => number): Gauge {
  return { name, help, kind: 'gauge', read };
}

function counter(name: string, help: string, read: () => number): Gauge {
  return { name, help, kind: 'counter', read };
}
