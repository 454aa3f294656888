import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../harness/seeded-random.ts';
import { ServerProcess } from '../harness/server-process.ts';
import { WireConnection, WireError } from '../harness/wire-connection.ts';
import type { Attack, AttackRun, Findings } from './kit/attack.ts';
import { runAlone } from './kit/run-attack.ts';
import { prepareBank } from './load/bank.ts';
import { BankWriter } from './load/bank-writer.ts';
import { checkBank } from './load/check-bank.ts';
import { OperationLog } from './load/operation.ts';
import { ServedFolders } from './served/served-folders.ts';
import { requireStrace, StraceProcess } from './strace/strace-process.ts';
import { readTrace, type TracedCall } from './strace/trace.ts';

/** What changes a file, its size, its name, or its being on disk. */
const CALLS = [
  'write,writev,pwrite64,pwritev,pwritev2,fdatasync,fsync,sync_file_range,msync',
  'ftruncate,truncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,rmdir',
];
const COMMITS = 20;
/** After each half of the commits: time in which their changes travel on to other files. */
const REST_MS = 1500;

/** One thread does all the waiting for files, so that the calls of each run come in the same order. */
const ENVIRONMENT = { UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0' };

/** A call at which the server is killed: the `ordinal`-th of this name that its thread makes. */
interface Point {
  readonly name: string;
  readonly ordinal: number;
  /** On which file, for the report. */
  readonly file: string;
}

/**
 * Lists all system calls that change files while twenty commits are made and settle, then makes the same commits once for
 * each of them and kills the server at its entry. What was acknowledged must be there, the rest whole or not at all.
 */
export const systemCalls: Attack = {
  name: 'system-calls',
  promise: `a kill at any write, sync, truncate or rename of ${COMMITS} commits loses no acknowledged write`,
  shortCycles: 8,
  longCycles: 1000,
  timeLimitMs: () => 1_800_000,
  run: killAtEachCall,
};

async function killAtEachCall({ random, cycles, folder, say }: AttackRun): Promise<Findings> {
  requireStrace();
  const bench = new Bench(folder, random.below(2 ** 31));
  await bench.prepare();
  const points = await bench.countPoints();
  const byCall = Map.groupBy(points, ({ name, file }) => `${name} of ${file}`);
  say(`${points.length} points: ${[...byCall].map(([what, all]) => `${what} ${all.length}`).join(', ')}`);
  assert.ok(points.length >= COMMITS, `only ${points.length} calls for ${COMMITS} commits`);
  const chosen = shuffled(points, random).slice(0, cycles);
  let killed = 0;
  try {
    for (const point of chosen) {
      if (await bench.killAt(point)) killed++;
    }
  } finally {
    await bench.end();
  }
  assert.ok(killed >= chosen.length * 0.8, `only ${killed} of ${chosen.length} kills came about`);
  return { points: points.length, tried: chosen.length, killed, acknowledged: bench.acknowledged, lost: 0 };
}

class Bench {
  readonly #prepared: string;
  readonly #dataDir: string;
  readonly #trace: string;
  readonly #seed: number;
  readonly #served = new ServedFolders();
  /** The files that the commits touch, as the counting run has found them. */
  #paths: readonly string[] = [];
  acknowledged = 0;

  constructor(folder: string, seed: number) {
    this.#prepared = join(folder, 'prepared');
    this.#dataDir = join(folder, 'data');
    this.#trace = join(folder, 'trace');
    this.#seed = seed;
  }

  async prepare(): Promise<void> {
    const server = await ServerProcess.start({ dataDir: this.#prepared });
    const wire = await WireConnection.login(server.port);
    await prepareBank(wire);
    wire.close();
    await server.stop();
  }

  async countPoints(): Promise<Point[]> {
    const { calls } = await this.#run({ injections: [], paths: [] });
    const inside = calls.filter((call) => pathOf(call)?.startsWith(this.#dataDir));
    this.#paths = [...new Set(inside.map((call) => pathOf(call)!))];
    const ordinals = new Map<string, number>();
    return inside.map((call) => {
      const ordinal = (ordinals.get(`${call.thread} ${call.name}`) ?? 0) + 1;
      ordinals.set(`${call.thread} ${call.name}`, ordinal);
      return { name: call.name, ordinal, file: kindOfFile(relative(this.#dataDir, pathOf(call)!)) };
    });
  }

  /** Answers whether the server died there: a run that took another turn may not come to the point. */
  async killAt(point: Point): Promise<boolean> {
    const injections = [`${point.name}:signal=SIGKILL:when=${point.ordinal}`];
    const { log, died } = await this.#run({ injections, paths: this.#paths });
    const where = `killed at ${point.name} ${point.ordinal} of ${point.file}`;
    this.acknowledged += log.acknowledged;
    const wire = await this.#served.open(this.#dataDir);
    await this.#served.orEnd(checkBank(wire, { operations: log.operations, where }));
    wire.close();
    await this.#served.close();
    return died;
  }

  async end(): Promise<void> {
    await this.#served.end();
  }

  async #run(strace: { injections: string[]; paths: readonly string[] }) {
    rmSync(this.#dataDir, { recursive: true, force: true });
    cpSync(this.#prepared, this.#dataDir, { recursive: true, filter: (path) => basename(path) !== 'lock' });
    const log = new OperationLog();
    const server = await ServerProcess.start({ dataDir: this.#dataDir, environment: ENVIRONMENT });
    const wire = await WireConnection.login(server.port);
    const tracer = await StraceProcess.attach(server.pid, { calls: CALLS, output: this.#trace, ...strace });
    const isThrough = await this.#commit(wire, log);
    wire.close();
    await server.kill();
    await tracer.ended();
    return { log, died: !isThrough, calls: readTrace(this.#trace) };
  }

  /** Answers whether the server lived through all of it. */
  async #commit(wire: WireConnection, log: OperationLog): Promise<boolean> {
    const writer = new BankWriter({ name: 'w', wire, log, random: new SeededRandom(this.#seed) });
    try {
      for (const _ of [1, 2]) {
        for (let commit = 0; commit < COMMITS / 2; commit++) {
          if (commit === 3) await writer.transfer();
          else if (commit === 5) await writer.large();
          else await writer.turn();
        }
        await sleep(REST_MS);
        await wire.call('ping');
      }
      return true;
    } catch (error) {
      if (error instanceof WireError) throw error;
      return false;
    }
  }
}

/** The path of the descriptor or the name that a call is about. */
function pathOf(call: TracedCall): string | undefined {
  const [first, second] = call.arguments;
  if (first?.kind === 'descriptor') return first.path;
  const named = first?.kind === 'bytes' ? first : second;
  return named?.kind === 'bytes' ? String(named.bytes) : undefined;
}

function kindOfFile(path: string): string {
  return basename(path).replace(/^\d+\./, '');
}

function shuffled<T>(items: readonly T[], random: SeededRandom): T[] {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [mixed[at], mixed[other]] = [mixed[other]!, mixed[at]!];
  }
  return mixed;
}

if (import.meta.main) await runAlone(systemCalls);
