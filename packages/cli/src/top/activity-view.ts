import type { CommandCounts, RunningRequest, Sample } from './sample.ts';

/** One command at one door between two samples. */
export interface CommandRate {
  readonly command: string;
  readonly door: string;
  readonly requests_per_s: number;
  readonly errors_per_s: number;
  /** Milliseconds; undefined when there was no request. The buckets of the server decide how fine they are. */
  readonly p50_ms: number | undefined;
  readonly p99_ms: number | undefined;
}

/** What went on between two samples. */
export interface ActivityView {
  readonly version: string;
  readonly uptime_s: number;
  readonly requests_per_s: number;
  readonly errors_per_s: number;
  readonly refused_per_s: number;
  readonly p50_ms: number | undefined;
  readonly p99_ms: number | undefined;
  readonly commits_per_s: number;
  /** Commits that share a write of the log. */
  readonly commits_a_group: number;
  readonly commit_queue: number;
  readonly unwritten_bytes: number;
  readonly log_bytes: number;
  /** Share of the time in which the main thread worked, 0 to 1. */
  readonly load: number;
  readonly event_loop_p99_ms: number;
  readonly connections: number;
  readonly transactions: number;
  readonly cursors: number;
  readonly rss_bytes: number;
  readonly heap_bytes: number;
  readonly disk_free_bytes: number;
  readonly commands: readonly CommandRate[];
  readonly running: readonly RunningRequest[];
}

/** What happened between two samples; commands by their rate. A server that was started anew meanwhile counts from zero. */
export function activityBetween(before: Sample, after: Sample): ActivityView {
  const seconds = Math.max((after.atMs - before.atMs) / 1000, 0.001);
  const { status } = after;
  const restarted = status.requests.total < before.status.requests.total;
  const rate = (now: number, before: number) => (restarted ? now : Math.max(0, now - before)) / seconds;
  const bounds = status.requests.bucket_bounds_s;
  const known = new Map(before.status.requests.commands.map((counts) => [nameOf(counts), counts]));
  const changes = status.requests.commands.map((counts) => {
    const earlier = restarted ? undefined : known.get(nameOf(counts));
    return { counts, earlier, buckets: difference(counts, earlier) };
  });
  const commands = changes.map(({ counts, buckets, earlier }): CommandRate => {
    const { command, door } = counts;
    const requests = rate(counts.requests, earlier?.requests ?? 0);
    const errors = rate(counts.errors, earlier?.errors ?? 0);
    return { command, door, requests_per_s: requests, errors_per_s: errors, ...latencies(buckets, bounds) };
  });
  const all = bounds.map(() => 0).concat(0);
  for (const { buckets } of changes) for (const [at, count] of buckets.entries()) all[at]! += count;
  const gauge = (name: string, of: Sample = after) => of.status.gauges[name] ?? 0;
  const groups = rate(gauge('cairn_commit_groups_total'), gauge('cairn_commit_groups_total', before));
  const commits = rate(gauge('cairn_commits_total'), gauge('cairn_commits_total', before));
  return {
    version: status.version,
    uptime_s: status.uptime_s,
    requests_per_s: rate(status.requests.total, before.status.requests.total),
    errors_per_s: rate(status.requests.errors, before.status.requests.errors),
    refused_per_s: rate(status.requests.refused, before.status.requests.refused),
    ...latencies(all, bounds),
    commits_per_s: commits,
    commits_a_group: groups === 0 ? 0 : commits / groups,
    commit_queue: gauge('cairn_commit_queue_depth'),
    unwritten_bytes: gauge('cairn_unwritten_bytes'),
    log_bytes: gauge('cairn_log_bytes'),
    load: loadBetween(before, after),
    event_loop_p99_ms: status.event_loop.delay_p99_ms,
    connections: gauge('cairn_connections'),
    transactions: gauge('cairn_open_transactions'),
    cursors: gauge('cairn_open_cursors'),
    rss_bytes: status.memory.rss_bytes,
    heap_bytes: status.memory.heap_used_bytes,
    disk_free_bytes: status.disk.free_bytes,
    commands: commands.filter((one) => one.requests_per_s > 0).sort((a, b) => b.requests_per_s - a.requests_per_s),
    running: after.running,
  };
}

function nameOf({ command, door }: CommandCounts): string {
  return `${door} ${command}`;
}

function difference(now: CommandCounts, earlier: CommandCounts | undefined): readonly number[] {
  return now.buckets.map((count, at) => Math.max(0, count - (earlier?.buckets[at] ?? 0)));
}

function latencies(buckets: readonly number[], bounds: readonly number[]): Pick<CommandRate, 'p50_ms' | 'p99_ms'> {
  return { p50_ms: percentile(buckets, bounds, 0.5), p99_ms: percentile(buckets, bounds, 0.99) };
}

/** By straight lines inside the buckets; beyond the last bound there is only that bound. */
export function percentile(buckets: readonly number[], bounds: readonly number[], share: number): number | undefined {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let left = total * share;
  for (const [at, count] of buckets.entries()) {
    if (left > count || count === 0) {
      left -= count;
      continue;
    }
    const lower = at === 0 ? 0 : bounds[at - 1]!;
    const upper = bounds[at] ?? lower;
    return (lower + ((upper - lower) * left) / count) * 1000;
  }
  return bounds.at(-1)! * 1000;
}

function loadBetween(before: Sample, after: Sample): number {
  const active = after.status.event_loop.active_ms - before.status.event_loop.active_ms;
  const idle = after.status.event_loop.idle_ms - before.status.event_loop.idle_ms;
  return active >= 0 && idle >= 0 && active + idle > 0 ? active / (active + idle) : 0;
}
