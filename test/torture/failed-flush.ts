import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../harness/seeded-random.ts';
import { ServerProcess } from '../harness/server-process.ts';
import { WireConnection, WireError } from '../harness/wire-connection.ts';
import { answersOf } from './disk/answers.ts';
import type { Attack, AttackRun, Findings } from './kit/attack.ts';
import { runAlone } from './kit/run-attack.ts';
import { BANK, prepareBank } from './load/bank.ts';
import { BankWriter } from './load/bank-writer.ts';
import { checkBank } from './load/check-bank.ts';
import { OperationLog } from './load/operation.ts';
import { requireStrace, StraceProcess } from './strace/strace-process.ts';
import { readTrace, type TracedCall } from './strace/trace.ts';

const WRITERS = 3;
const CALLS = ['write,writev,pwrite64,fdatasync,fsync'];
/** Which call fails, on any file or on one alone, and at which of its turns at the latest. */
const FAILURES: readonly { readonly name: string; readonly lastTurn: number; readonly file?: string }[] = [
  { name: 'pwrite64', lastTurn: 60 },
  { name: 'pwrite64', lastTurn: 20 },
  { name: 'fdatasync', lastTurn: 3 },
  { name: 'fsync', lastTurn: 1 },
  { name: 'pwrite64', lastTurn: 4, file: 'data.mdb' },
  { name: 'fdatasync', lastTurn: 2, file: 'data.mdb' },
];
/** The failure shows at the latest when the changes have travelled to the last file. */
const LOAD_MS = 4000;
/** Where a record of the log has its LSN, and how much stands before its body. */
const LSN_AT = 8;
const RECORD_HEADER_BYTES = 26;
const EXIT_NEWS_MS = 500;
/**
 * A page that cannot be written sometimes ends the process in LMDB's own code. That is not a promise kept, so it is
 * counted by this name; the restart must find everything all the same.
 */
const ENDED_BY_LMDB = 'ended by LMDB at an unwritten page';
/** A cycle whose call did not come to its turn is tried again, so often for each cycle. */
const TRIES = 4;
/** One thread does all the waiting for files, so that turns are counted over all of them. */
const ENVIRONMENT = { UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0' };

/**
 * Makes one write or flush of a running server fail with an input/output error, as a dying disk does. After that nothing
 * may be acknowledged, because nobody knows what reached the disk; reads go on; a restart finds all that was promised.
 */
export const failedFlush: Attack = {
  name: 'failed-flush',
  promise: 'after a failed flush nothing is acknowledged, reads go on, and a restart finds every acknowledged write',
  shortCycles: 5,
  longCycles: 50,
  timeLimitMs: (cycles) => 60_000 + cycles * 60_000,
  run: failAndCheck,
};

interface Bench {
  readonly dataDir: string;
  readonly trace: string;
  readonly log: OperationLog;
  readonly random: SeededRandom;
}

async function failAndCheck({ random, cycles, folder, say }: AttackRun): Promise<Findings> {
  requireStrace();
  const bench = { dataDir: join(folder, 'data'), trace: join(folder, 'trace'), log: new OperationLog(), random };
  const failed = new Map<string, number>();
  let tries = 0;
  for (let cycle = 0; cycle < cycles; tries++) {
    assert.ok(tries < cycles * TRIES, `only ${cycle} of ${tries} calls came to their turn`);
    const what = await failOnce(bench, tries);
    if (what === undefined) continue;
    failed.set(what, (failed.get(what) ?? 0) + 1);
    cycle++;
    if (cycle % 10 === 0) say(`${cycle} failures`);
  }
  return { failures: cycles, ...Object.fromEntries(failed), acknowledged: bench.log.acknowledged, lost: 0 };
}

/** Answers what failed, or undefined when nothing did. */
async function failOnce({ dataDir, trace, log, random }: Bench, number: number): Promise<string | undefined> {
  const server = await ServerProcess.start({ dataDir, environment: ENVIRONMENT });
  try {
    const reader = await WireConnection.login(server.port);
    if (number === 0) await prepareBank(reader);
    else await checkBank(reader, { operations: log.operations, where: `after restart ${number}` });
    const failure = random.pick(FAILURES);
    const injections = [`${failure.name}:error=EIO:when=${1 + random.below(failure.lastTurn)}`];
    const paths = failure.file === undefined ? [] : [join(dataDir, 'databases', BANK, failure.file)];
    const options = { calls: CALLS, injections, paths, output: trace, withData: true };
    const tracer = await StraceProcess.attach(server.pid, options);
    const refusals = await writeUntilRefused(server.port, { log, random, number });
    await tracer.detach();
    const calls = readTrace(trace);
    const broken = calls.find(({ result }) => result.includes('(INJECTED)'));
    if (broken === undefined) {
      assert.equal(refusals.length, 0, `refused although nothing failed: ${refusals[0]?.message}`);
      return undefined;
    }
    if (!pathOf(broken).includes(`/${BANK}/`)) return undefined; // another database has failed, and it alone
    const what = describe(broken);
    const where = `cycle ${number}, ${what}`;
    for (const { code, message } of refusals) assert.equal(code, 'read_only', `${where}: ${message}`);
    assertSilentAfter(broken, calls, where);
    await assertReadsOnly(reader, { log, where });
    reader.close();
    return what;
  } catch (error) {
    await sleep(EXIT_NEWS_MS); // a broken connection comes before the news of the end of the process
    if (server.running || error instanceof assert.AssertionError) throw error;
    if (isFailedPage(trace)) return ENDED_BY_LMDB;
    throw new Error(`the server ended by itself: ${server.output}`, { cause: error });
  } finally {
    if (random.below(2) === 0) await server.kill();
    else await server.stop();
  }
}

/** Lets writers work until each was refused, or nothing happens any more; answers the refusals. */
async function writeUntilRefused(
  port: number,
  { log, random, number }: { log: OperationLog; random: SeededRandom; number: number },
): Promise<WireError[]> {
  const until = Date.now() + LOAD_MS;
  const refusals: WireError[] = [];
  const seeds = Array.from({ length: WRITERS }, () => random.below(2 ** 31));
  await Promise.all(
    seeds.map(async (seed, index) => {
      const wire = await WireConnection.login(port);
      const own = new SeededRandom(seed);
      const writer = new BankWriter({ name: `${number}-${index}`, wire, log, random: own });
      try {
        while (Date.now() < until) {
          if (own.below(30) === 0) await writer.large();
          else await writer.turn();
          await sleep(own.below(20));
        }
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        refusals.push(error);
      }
      wire.close();
    }),
  );
  return refusals;
}

/**
 * Once a write of the log has failed, nothing that was in it may be acknowledged, nor anything later. What an earlier write
 * has brought to disk may still be: its answers and the failure cross on their way. After another failure, what the log has
 * taken before may still be answered.
 */
function assertSilentAfter(broken: TracedCall, calls: readonly TracedCall[], where: string): void {
  if (!describe(broken).endsWith('.log')) return;
  const failedLsn = firstLsnOf(broken);
  const late = answersOf(calls).filter(({ at, reply }) => {
    if (at <= broken.ended || reply.rid === undefined || reply.status !== 'ok') return false;
    return typeof reply.lsn !== 'number' || reply.lsn >= failedLsn;
  });
  const names = late.map(({ reply }) => reply.rid);
  assert.deepEqual(names, [], `${where}: acknowledged behind the failure`);
}

/** The LSN of the first record of a write of the log (docs/formats/change-log.md); 0 for a call that writes no record. */
function firstLsnOf({ name, arguments: [, data] }: TracedCall): number {
  if (name !== 'pwrite64' || data?.kind !== 'bytes' || data.bytes.length < RECORD_HEADER_BYTES) return 0;
  return data.bytes.readUIntLE(LSN_AT, 6);
}

/** Reads are answered as before, and no write is taken. */
async function assertReadsOnly(
  reader: WireConnection,
  { log, where }: { log: OperationLog; where: string },
): Promise<void> {
  await checkBank(reader, { operations: log.operations, where });
  for (const collection of ['singles', 'extra']) {
    await assert.rejects(
      reader.call('insert', { database: BANK, collection, document: { value: 0 } }),
      (error) => error instanceof WireError && error.code === 'read_only',
      `${where}: a write was taken`,
    );
  }
}

/** Whether what failed was no flush, but the writing of a page that LMDB flushes later. */
function isFailedPage(trace: string): boolean {
  const broken = readTrace(trace).find(({ result }) => result.includes('(INJECTED)'));
  return broken !== undefined && describe(broken) === 'pwrite64 of data.mdb';
}

function pathOf(call: TracedCall): string {
  const [place] = call.arguments;
  return place?.kind === 'descriptor' ? place.path : '';
}

function describe(call: TracedCall): string {
  return `${call.name} of ${pathOf(call).replace(/^.*\//, '').replace(/^\d+/, '')}`;
}

if (import.meta.main) await runAlone(failedFlush);
