import assert from 'node:assert/strict';
import { closeSync, cpSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SeededRandom } from '../harness/seeded-random.ts';
import { ServerProcess } from '../harness/server-process.ts';
import { WireConnection, WireError } from '../harness/wire-connection.ts';
import type { Attack, AttackRun, Findings } from './kit/attack.ts';
import { runAlone } from './kit/run-attack.ts';
import { BANK, prepareBank } from './load/bank.ts';
import { BankWriter } from './load/bank-writer.ts';
import { OperationLog } from './load/operation.ts';
import { type Answer, answersOf } from './load/questions.ts';
import { lmdbSpans, type Span } from './pages/lmdb-pages.ts';
import { FolderRefused, ServedFolders, ServerEnded } from './served/served-folders.ts';

const TURNS = 220;
/** Of all flips, the share that goes into LMDB's own bytes: a fifth, as 500 beside 2,000. */
const STRUCTURE_ONE_IN = 5;
/** Of the flips in values, the share that goes into a log whose end no checkpoint has. */
const LOG_ONE_IN = 4;
/** Of the flips in the log, the share that goes into its last bytes. */
const TAIL_ONE_IN = 4;
const TAIL_BYTES = 400;

/**
 * Flips one bit of a database's files, starts a server on them, and asks for everything. In stored values and in the
 * change log each answer must be the right one or the error `corruption` that names the place. In LMDB's own pages no
 * answer may be wrong; there the process may end. A check must find whatever makes an answer impossible.
 */
export const flippedBits: Attack = {
  name: 'flipped-bits',
  promise: 'a flipped bit is the right answer or the error corruption, and never a wrong answer',
  shortCycles: 120,
  longCycles: 2500,
  timeLimitMs: (cycles) => 120_000 + cycles * 2000,
  run: flipAndAsk,
};

type Place = 'values' | 'log' | 'structure';

/** Files of a server that has stopped, and what it had answered. */
interface Sample {
  readonly folder: string;
  readonly answers: ReadonlyMap<string, Answer>;
}

async function flipAndAsk({ random, cycles, folder, say }: AttackRun): Promise<Findings> {
  const served = new ServedFolders();
  const tally = new Tally(say);
  try {
    const settled = await makeSample(join(folder, 'settled'), random, 'stop', served);
    const killed = await makeSample(join(folder, 'killed'), random, 'kill', served);
    const flips = new Flips(settled, killed, join(folder, 'flipped'));
    for (let number = 0; number < cycles; number++) {
      const place = pickPlace(random);
      const { sample, where } = flips.flip(place, random);
      tally.add(place, await askAll(served, { folder: flips.folder, sample, where }), where);
      // LMDB may have hurt the memory of a process that lives on: what comes next needs another one.
      if (place === 'structure') await served.end();
      if ((number + 1) % 500 === 0) say(`${number + 1} bits`);
    }
  } finally {
    await served.end();
  }
  tally.assertHonest();
  return tally.findings();
}

function pickPlace(random: SeededRandom): Place {
  if (random.below(STRUCTURE_ONE_IN) === 0) return 'structure';
  return random.below(LOG_ONE_IN) === 0 ? 'log' : 'values';
}

/** Fills a bank, ends its server, and asks for everything once on a copy of the files. */
async function makeSample(
  folder: string,
  random: SeededRandom,
  end: 'stop' | 'kill',
  served: ServedFolders,
): Promise<Sample> {
  const server = await ServerProcess.start({ dataDir: folder });
  const wire = await WireConnection.login(server.port);
  await prepareBank(wire);
  const writer = new BankWriter({ name: 'w', wire, log: new OperationLog(), random: new SeededRandom(random.seed) });
  for (let turn = 0; turn < TURNS; turn++) await writer.turn();
  wire.close();
  await server[end]();
  const copy = `${folder}-asked`;
  copyFolder(folder, copy);
  const reader = await served.open(copy);
  const answers = await answersOf(reader);
  for (const [question, answer] of answers)
    assert.ok(answer.kind === 'answer', `${question}: ${JSON.stringify(answer)}`);
  reader.close();
  await served.close();
  rmSync(copy, { recursive: true });
  return { folder, answers };
}

/** Copies of the samples with one bit that is not as it was. */
class Flips {
  readonly folder: string;
  readonly #settled: Sample;
  readonly #killed: Sample;

  constructor(settled: Sample, killed: Sample, folder: string) {
    this.#settled = settled;
    this.#killed = killed;
    this.folder = folder;
  }

  flip(place: Place, random: SeededRandom): { sample: Sample; where: string } {
    const sample = place === 'log' ? this.#killed : this.#settled;
    copyFolder(sample.folder, this.folder);
    const bank = join(this.folder, 'databases', BANK);
    const { file, spans } = place === 'log' ? logSpans(join(bank, 'log'), random) : pageSpans(bank, place);
    const at = byteOf(spans, random);
    const bit = random.below(8);
    flipBit(file, at, bit);
    return { sample, where: `${place}: bit ${bit} of byte ${at} of ${basename(file)}` };
  }
}

function pageSpans(bank: string, place: 'values' | 'structure'): { file: string; spans: readonly Span[] } {
  const file = join(bank, 'data.mdb');
  return { file, spans: lmdbSpans(file)[place] };
}

/** A segment up to its last byte that is not zero; now and then only the end, which nothing behind it vouches for. */
function logSpans(folder: string, random: SeededRandom): { file: string; spans: readonly Span[] } {
  const file = join(folder, random.pick(readdirSync(folder).filter((name) => name.endsWith('.log'))));
  const { size } = statSync(file);
  const bytes = Buffer.alloc(size);
  const opened = openSync(file, 'r');
  readSync(opened, bytes, 0, size, 0);
  closeSync(opened);
  let to = size;
  while (to > 0 && bytes[to - 1] === 0) to--;
  const from = random.below(TAIL_ONE_IN) === 0 ? Math.max(0, to - TAIL_BYTES) : 0;
  return { file, spans: [{ from, to }] };
}

function byteOf(spans: readonly Span[], random: SeededRandom): number {
  const total = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  let at = random.below(total);
  for (const { from, to } of spans) {
    if (at < to - from) return from + at;
    at -= to - from;
  }
  throw new Error('no byte to flip');
}

function flipBit(path: string, at: number, bit: number): void {
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  byte[0]! ^= 1 << bit;
  writeSync(file, byte, 0, 1, at);
  closeSync(file);
}

function copyFolder(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  const isData = (path: string) => basename(path) !== 'lock' && !path.endsWith('-lock');
  cpSync(from, to, { recursive: true, filter: isData });
}

/** What came of a flip. Of the answers to all questions, the worst counts. */
type Outcome =
  | { readonly kind: 'unharmed' | 'unharmed, found by check' | 'corruption' | 'refused' }
  | { readonly kind: 'wrong' | 'unnamed' | 'other error' | 'ended' | 'not found by check'; readonly detail: string };

interface Flipped {
  readonly folder: string;
  readonly sample: Sample;
  readonly where: string;
}

async function askAll(served: ServedFolders, { folder, sample }: Flipped): Promise<Outcome> {
  try {
    const wire = await served.open(folder);
    const answers = await served.orEnd(answersOf(wire));
    const isFound = await served.orEnd(findsDamage(wire));
    wire.close();
    await served.close();
    const outcome = judge(answers, sample.answers);
    if (outcome.kind === 'unharmed') return { kind: isFound ? 'unharmed, found by check' : 'unharmed' };
    if (outcome.kind !== 'corruption' || isFound) return outcome;
    return { kind: 'not found by check', detail: 'questions were answered with corruption' };
  } catch (error) {
    if (error instanceof ServerEnded) return { kind: 'ended', detail: error.message };
    if (error instanceof FolderRefused || error instanceof WireError) {
      return error.code === 'corruption' ? { kind: 'refused' } : { kind: 'other error', detail: error.message };
    }
    throw error;
  }
}

/** Whether a check of the whole database says that something is wrong. */
async function findsDamage(wire: WireConnection): Promise<boolean> {
  const reply = await wire.send({ cmd: 'check_database', database: BANK });
  return reply.status === 'error' ? reply.code === 'corruption' : (reply.data as unknown[]).length > 0;
}

function judge(answers: ReadonlyMap<string, Answer>, right: ReadonlyMap<string, Answer>): Outcome {
  const corrupt: Answer[] = [];
  for (const [question, answer] of answers) {
    if (answer.kind === 'answer') {
      const before = right.get(question);
      if (before?.kind !== 'answer' || before.digest !== answer.digest) return { kind: 'wrong', detail: question };
    } else if (answer.code === 'corruption') corrupt.push(answer);
    else return { kind: 'other error', detail: `${question}: ${answer.code}: ${answer.message}` };
  }
  const unnamed = corrupt.find((answer) => answer.kind === 'error' && !answer.namesPlace);
  if (unnamed?.kind === 'error') return { kind: 'unnamed', detail: unnamed.message };
  return { kind: corrupt.length > 0 ? 'corruption' : 'unharmed' };
}

/** Counts what came of the flips, and remembers the ones that must not be. */
class Tally {
  readonly #counts = new Map<string, number>();
  readonly #broken: string[] = [];
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  add(place: Place, outcome: Outcome, where: string): void {
    const name = `${place} ${outcome.kind}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    if (!('detail' in outcome)) return;
    const line = `${where}: ${outcome.kind}: ${outcome.detail}`;
    if (place !== 'structure' || outcome.kind === 'wrong') this.#broken.push(line);
    else this.#say(line);
  }

  assertHonest(): void {
    const shown = this.#broken.slice(0, 20).join('\n    ');
    assert.equal(
      this.#broken.length,
      0,
      `${this.#broken.length} flips, ${JSON.stringify(this.findings())}:\n    ${shown}`,
    );
  }

  findings(): Findings {
    return Object.fromEntries([...this.#counts].sort(([one], [other]) => (one < other ? -1 : 1)));
  }
}

if (import.meta.main) await runAlone(flippedBits);
