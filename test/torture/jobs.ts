import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerProcess } from '../harness/server-process.ts';
import { WireConnection } from '../harness/wire-connection.ts';
import { DATABASE, install, prepare, query } from './automation/scripts.ts';
import type { Attack, AttackRun, Findings } from './kit/attack.ts';
import { runAlone } from './kit/run-attack.ts';

const JOBS_A_CYCLE = 500;
const CALLERS = 4;
const CONCURRENCY = 16;
const LEASE_MS = 3_000;
/** From the lease's beginning to the script's first mark: it waits for a process, and for a commit. */
const BEGIN_MAX_MS = 1_500;
const FLAGS = ['--job-lease-ms', String(LEASE_MS)];
const MARK = `export default async (request, db) => {
  const { n } = request.body;
  await db.collection('marks').insert({ n, phase: 'begin', at: Date.now() });
  await sleep(1 + (n % 5));
  await db.collection('marks').insert({ n, phase: 'end', at: Date.now() });
  return n;
};`;

interface Mark {
  readonly n: number;
  readonly phase: 'begin' | 'end';
  readonly at: number;
}

/**
 * Kills server and workers while jobs are enqueued and run. Each job marks its own beginnings and ends in a collection, so what happened is
 * told by the jobs and not by the queue.
 */
export const jobs: Attack = {
  name: 'jobs',
  promise: 'kill -9 loses no job, and has none run twice before its lease has run out',
  shortCycles: 3,
  longCycles: 20,
  timeLimitMs: (cycles) => 120_000 + cycles * 60_000,
  run: killAndCount,
};

async function killAndCount({ random, cycles, folder, say }: AttackRun): Promise<Findings> {
  const acknowledged = new Set<number>();
  const killsAtMs: number[] = [];
  let server = await ServerProcess.start({ dataDir: folder, flags: FLAGS });
  let startedMs = 0;
  try {
    const first = await WireConnection.login(server.port);
    await prepare(first, ['marks']);
    await install(first, 'mark', MARK);
    await first.call('configure_queue', { database: DATABASE, queue_name: 'q', concurrency: CONCURRENCY });
    first.close();
    startedMs = Date.now();
    for (let cycle = 0; cycle < cycles; cycle++) {
      const callers = await startCallers(server.port, (cycle + 1) * JOBS_A_CYCLE, acknowledged);
      await sleep(400 + random.below(1_200));
      killsAtMs.push(Date.now());
      await server.kill();
      await Promise.all(callers);
      server = await ServerProcess.start({ dataDir: folder, flags: FLAGS });
      if ((cycle + 1) % 5 === 0) say(`${cycle + 1} kills, ${acknowledged.size} jobs acknowledged`);
    }
    await Promise.all(await startCallers(server.port, cycles * JOBS_A_CYCLE, acknowledged));
    const wire = await WireConnection.login(server.port);
    await untilAllEnded(wire, acknowledged.size);
    const marks = await query<Mark>(wire, 'FOR m IN marks SORT m.at RETURN {n: m.n, phase: m.phase, at: m.at}');
    wire.close();
    const again = checkMarks(marks, acknowledged, killsAtMs);
    const seconds = (Date.now() - startedMs) / 1000;
    return {
      kills: cycles,
      jobs: acknowledged.size,
      lost: 0,
      'begun again after a lease': again,
      'jobs a second, kills included': Math.round(acknowledged.size / seconds),
    };
  } finally {
    if (server.running) await server.kill();
  }
}

/** Callers that enqueue jobs up to a number until they have been told that each is there, or the server is gone. */
async function startCallers(port: number, upTo: number, acknowledged: Set<number>): Promise<Promise<void>[]> {
  const wires = await Promise.all(Array.from({ length: CALLERS }, () => WireConnection.login(port)));
  return wires.map(async (wire, caller) => {
    try {
      for (let n = caller; n < upTo; n += CALLERS) {
        if (acknowledged.has(n)) continue;
        const job = { queue_name: 'q', script_path: 'mark', params: { n }, idempotency_key: `n${n}`, priority: n % 3 };
        await wire.call('enqueue_job', { database: DATABASE, ...job });
        acknowledged.add(n);
      }
    } catch {
      // The server was killed: whether the last one is there is asked again with its key.
    } finally {
      wire.close();
    }
  });
}

async function untilAllEnded(wire: WireConnection, count: number): Promise<void> {
  for (let tries = 0; tries < 3_000; tries++) {
    const [queue] = (await wire.call('list_queues', { database: DATABASE, details: true })) as {
      completed: number;
      total: number;
    }[];
    if (queue?.completed === count && queue.total === count) return;
    await sleep(50);
  }
  assert.fail(
    `not all jobs ended: ${JSON.stringify(await wire.call('list_queues', { database: DATABASE, details: true }))}`,
  );
}

/** @returns how many jobs were begun again */
function checkMarks(marks: readonly Mark[], acknowledged: ReadonlySet<number>, killsAtMs: readonly number[]): number {
  const begins = new Map<number, number[]>();
  const ended = new Set<number>();
  for (const { n, phase, at } of marks) {
    if (phase === 'end') ended.add(n);
    else begins.set(n, [...(begins.get(n) ?? []), at]);
  }
  for (const n of acknowledged) assert.ok(ended.has(n), `job ${n} was acknowledged and has never come to its end`);
  let again = 0;
  for (const [n, times] of begins) {
    for (const [index, at] of times.entries()) {
      const before = times[index - 1];
      if (before === undefined) continue;
      again++;
      assert.ok(
        killsAtMs.some((killMs) => before <= killMs + 1 && killMs <= at),
        `job ${n} was begun at ${before} and at ${at} with no kill in between`,
      );
      assert.ok(at - before >= LEASE_MS - BEGIN_MAX_MS, `job ${n} was begun again after ${at - before} ms`);
    }
  }
  return again;
}

if (import.meta.main) await runAlone(jobs);
