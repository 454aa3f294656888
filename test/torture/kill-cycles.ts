import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../harness/seeded-random.ts';
import { ServerProcess } from '../harness/server-process.ts';
import { WireConnection } from '../harness/wire-connection.ts';
import type { Attack, AttackRun, Findings } from './kit/attack.ts';
import { runAlone } from './kit/run-attack.ts';
import { BANK, prepareBank } from './load/bank.ts';
import { BankWriter } from './load/bank-writer.ts';
import { checkBank } from './load/check-bank.ts';
import { OperationLog } from './load/operation.ts';

const WRITERS = 8;
/** The bytes of documents that a database of the long form holds before the first kill. */
const BALLAST_BYTES = 1024 * 1024 * 1024;
const BALLAST_DOCUMENT_BYTES = 1000;
const BALLAST_BATCH = 5000;
/** From this many cycles on the database holds the ballast: the time of a restart is then worth a figure. */
const BALLAST_FROM_CYCLES = 100;

/**
 * Kills the server without warning while writers are at work, starts it again, and holds what it finds against what it
 * had promised. The time of a restart runs from the start of the process to the answer to the first `get`.
 */
export const killCycles: Attack = {
  name: 'kill-cycles',
  promise: 'kill -9 under load loses no acknowledged write and tears no transaction',
  shortCycles: 10,
  longCycles: 300,
  timeLimitMs: (cycles) => 300_000 + cycles * 30_000,
  run: killAndCheck,
};

async function killAndCheck({ random, cycles, folder, say }: AttackRun): Promise<Findings> {
  const log = new OperationLog();
  const restartsMs: number[] = [];
  let server = await ServerProcess.start({ dataDir: folder });
  try {
    const wire = await WireConnection.login(server.port);
    await prepareBank(wire);
    if (cycles >= BALLAST_FROM_CYCLES) await addBallast(wire, say);
    wire.close();
    for (let cycle = 0; cycle < cycles; cycle++) {
      const writers = await startWriters(server.port, { cycle, log, random });
      await sleep(150 + random.below(600));
      await server.kill();
      await Promise.all(writers);
      const started = performance.now();
      server = await ServerProcess.start({ dataDir: folder });
      const reader = await WireConnection.login(server.port);
      await reader.call('get', { database: BANK, collection: 'accounts', key: 'account-0' });
      restartsMs.push(performance.now() - started);
      await checkBank(reader, { operations: log.operations, where: `after kill ${cycle + 1}` });
      reader.close();
      if ((cycle + 1) % 50 === 0) say(`${cycle + 1} kills, ${log.acknowledged} writes acknowledged`);
    }
  } finally {
    if (server.running) await server.kill();
  }
  assert.ok(log.acknowledged > cycles * WRITERS, `only ${log.acknowledged} writes were acknowledged: no load`);
  restartsMs.sort((a, b) => a - b);
  return {
    kills: cycles,
    acknowledged: log.acknowledged,
    lost: 0,
    torn: 0,
    'restart median ms': Math.round(percentile(restartsMs, 0.5)),
    'restart p95 ms': Math.round(percentile(restartsMs, 0.95)),
  };
}

async function startWriters(
  port: number,
  { cycle, log, random }: { cycle: number; log: OperationLog; random: SeededRandom },
): Promise<Promise<void>[]> {
  const wires = await Promise.all(Array.from({ length: WRITERS }, () => WireConnection.login(port)));
  return wires.map((wire, number) => {
    const writer = new BankWriter({
      name: `${cycle}-${number}`,
      wire,
      log,
      random: new SeededRandom(random.below(2 ** 31)),
    });
    return writer.untilTheEnd();
  });
}

/** Fills a collection that nobody writes to, so that a start has a large database to open. */
async function addBallast(wire: WireConnection, say: (line: string) => void): Promise<void> {
  await wire.call('create_collection', { database: BANK, name: 'ballast' });
  const filling = 'b'.repeat(BALLAST_DOCUMENT_BYTES);
  for (let first = 0; first * BALLAST_DOCUMENT_BYTES < BALLAST_BYTES; first += BALLAST_BATCH) {
    const documents = Array.from({ length: BALLAST_BATCH }, (_, offset) => ({ number: first + offset, filling }));
    await wire.call('bulk_insert', { database: BANK, collection: 'ballast', documents });
  }
  say(`${BALLAST_BYTES / 2 ** 30} GiB of documents are in place`);
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

if (import.meta.main) await runAlone(killCycles);
