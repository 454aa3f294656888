import { statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Value, ValueObject } from '@cairn/protocol/internal';
import { DURATION_BUCKETS_S } from '@cairn/storage/internal';
import type { Engine } from '../../engine/engine.ts';
import type { Activity } from '../../observability/activity/activity.ts';
import { EventLoopWatch } from '../../observability/event-loop.ts';
import { command } from '../../runner/command.ts';
import { SERVER_VERSION } from '../../version.ts';

const eventLoop = new EventLoopWatch();

export const serverStatus = command('server_status', async (_fields, { engine }) => {
  const memory = process.memoryUsage();
  return {
    status: 'ok',
    data: {
      version: SERVER_VERSION,
      uptime_s: Math.floor(process.uptime()),
      process: { pid: process.pid, node: process.version, platform: process.platform },
      databases: engine.databaseNames().length,
      transactions: engine.transactions.size,
      cursors: engine.cursors.size,
      memory: { rss_bytes: memory.rss, heap_used_bytes: memory.heapUsed, external_bytes: memory.external },
      disk: await diskOf(engine),
      event_loop: eventLoopValues(),
      requests: requestsOf(engine.activity),
      gauges: Object.fromEntries(engine.gauges.all.map(({ name, read }) => [name, read()])),
    },
  };
});

async function diskOf({ dataDir }: Engine): Promise<Value> {
  const { bavail, blocks, bsize } = await statfs(dataDir);
  return { data_dir: resolve(dataDir), free_bytes: bavail * bsize, total_bytes: blocks * bsize };
}

function eventLoopValues(): Value {
  const { meanMs, p99Ms, maxMs } = eventLoop.delay();
  const { activeMs, idleMs } = eventLoop.times;
  return { active_ms: activeMs, idle_ms: idleMs, delay_mean_ms: meanMs, delay_p99_ms: p99Ms, delay_max_ms: maxMs };
}

/** Counts since the start: whoever asks twice knows rates and latencies between. */
function requestsOf(activity: Activity): Value {
  const commands: ValueObject[] = [];
  let [total, errors] = [0, 0];
  for (const { command: name, door, statistics } of activity.commands()) {
    const { requests, durations } = statistics;
    total += requests;
    errors += statistics.errors;
    commands.push({
      ...{ command: name, door, requests, errors: statistics.errors, running: statistics.running },
      seconds: durations.secondsTotal,
      buckets: [...durations.buckets],
    });
  }
  const refused = [...activity.refusals()].reduce((sum, { count }) => sum + count, 0);
  return { total, errors, refused, running: activity.running.size, bucket_bounds_s: [...DURATION_BUCKETS_S], commands };
}
