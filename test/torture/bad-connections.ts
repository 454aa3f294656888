/*
 * The attack of clients that do not behave:
 *   node test/torture/bad-connections.ts [--cycles connections] [--long]
 * One cycle is one bad connection; kinds take turns.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerProcess } from '../harness/server-process.ts';
import { WireConnection } from '../harness/wire-connection.ts';
import { BAD_CONNECTIONS, BadConnection, type BadKind } from './connections/bad-connection.ts';
import { type HealthyFigures, HealthyLoad } from './connections/healthy-load.ts';
import type { Attack, AttackRun, Findings } from './kit/attack.ts';
import { runAlone } from './kit/run-attack.ts';

/** The limits of the attacked server, short so that the attack does not take minutes; what holds does not depend on them. */
const LIMITS_MS = { handshake: 3_000, request: 5_000, stranger: 5_000, slowReader: 5_000 };
const FLAGS = [
  ...['--handshake-timeout-ms', String(LIMITS_MS.handshake), '--request-timeout-ms', String(LIMITS_MS.request)],
  ...['--stranger-timeout-ms', String(LIMITS_MS.stranger), '--slow-reader-timeout-ms', String(LIMITS_MS.slowReader)],
];
/** What the server and this process may take beyond a limit: both look at connections once a second, and have much to do. */
const GRACE_MS = 8_000;
/** For those who never read the limit begins when an answer waits, and the last of them get one when the first have been closed. */
const GRACE_OF_NEVER_READING_MS = 30_000;
const QUIET_MS = 5_000;
const MEMORY_ABOVE_REST_MAX_BYTES = 256 * 1024 * 1024;

async function run({ folder, cycles, say }: AttackRun): Promise<Findings> {
  const server = await ServerProcess.start({ dataDir: join(folder, 'data'), flags: FLAGS });
  try {
    await prepare(server);
    const load = await HealthyLoad.start(server.port);
    await sleep(QUIET_MS);
    const rest = await load.take();
    const restBytes = server.anonymousMemoryBytes();
    say(`at rest: ${told(rest)}, ${megabytes(restBytes)} MB`);
    const bad = await attack(server, cycles);
    const peak = watchMemory(server);
    await Promise.all(bad.map((one) => one.begin()));
    const lateByKind = await closings(bad);
    const under = await load.take();
    const peakBytes = peak.stop();
    await load.stop();
    const afterwards = await connectionsOf(server);
    say(`attacked: ${told(under)}, ${megabytes(peakBytes)} MB at most`);
    const stillOpen = [...lateByKind].filter(([, late]) => late > 0).map(([kind, late]) => `${late} ${kind}`);
    assert.deepEqual(stillOpen, [], 'connections that were not closed within their limit');
    assert.ok(
      peakBytes - restBytes <= MEMORY_ABOVE_REST_MAX_BYTES,
      `${megabytes(peakBytes - restBytes)} MB above rest`,
    );
    assert.equal(under.errors, 0, 'a healthy client was answered an error');
    assert.ok(afterwards <= 1, `${afterwards} connections are still counted`);
    return {
      connections: bad.length,
      'closed in time': bad.length,
      'p99 at rest, ms': rest.p99.toFixed(2),
      // Told, not judged: on a machine that does other things it says more about those.
      'p99 under attack, ms': under.p99.toFixed(2),
      'memory above rest, MB': megabytes(peakBytes - restBytes),
    };
  } finally {
    await server.kill();
  }
}

/** Somebody who may log in and read, and something large to read. */
async function prepare(server: ServerProcess): Promise<void> {
  const admin = await WireConnection.login(server.port);
  await admin.call('create_user', { username: 'mallory', password: 'malicious 123', roles: ['editor'] });
  await admin.call('create_database', { name: 'shop' });
  await admin.call('create_collection', { database: 'shop', name: 'users' });
  const documents = Array.from({ length: 10_000 }, (_, i) => ({ _key: `u${i}`, text: 'x'.repeat(100) }));
  await admin.call('bulk_insert', { database: 'shop', collection: 'users', documents });
  admin.close();
}

async function attack(server: ServerProcess, count: number): Promise<BadConnection[]> {
  const kinds = Object.keys(BAD_CONNECTIONS) as BadKind[];
  const { token } = (await (
    await WireConnection.open(server.port)
  ).call('auth', {
    username: 'mallory',
    password: 'malicious 123',
  })) as { token: string };
  return Array.from({ length: count }, (_, i) => {
    return new BadConnection({ kind: kinds[i % kinds.length]!, port: server.port, token, limitsMs: LIMITS_MS });
  });
}

/** How many of each kind outlived their limit. */
async function closings(bad: readonly BadConnection[]): Promise<Map<BadKind, number>> {
  const late = new Map<BadKind, number>();
  await Promise.all(
    bad.map(async (one) => {
      const inTime = await one.closedWithin(one.kind === 'never reading' ? GRACE_OF_NEVER_READING_MS : GRACE_MS);
      if (!inTime) late.set(one.kind, (late.get(one.kind) ?? 0) + 1);
      one.destroy();
    }),
  );
  return late;
}

function watchMemory(server: ServerProcess): { stop(): number } {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, server.anonymousMemoryBytes());
  };
  const timer = setInterval(look, 100);
  return {
    stop() {
      clearInterval(timer);
      look();
      return peak;
    },
  };
}

/** Connections of the native protocol that the server counts. */
async function connectionsOf(server: ServerProcess): Promise<number> {
  await sleep(2_000);
  const metrics = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  return Number(/^cairn_native_connections (\d+)$/m.exec(metrics)![1]);
}

function told({ p99, count, ownLatenessP99 }: HealthyFigures): string {
  return `p99 ${p99.toFixed(1)} ms of ${count} requests (the clients' own timers ${ownLatenessP99.toFixed(1)} ms late)`;
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}

export const badConnections: Attack = {
  name: 'bad-connections',
  promise:
    'clients that say nothing, trickle, take no answers or go away are closed within their limits; others hardly notice',
  shortCycles: 1_000,
  longCycles: 3_000,
  timeLimitMs: (cycles) => 120_000 + cycles * 60,
  run,
};

if (import.meta.main) await runAlone(badConnections);
