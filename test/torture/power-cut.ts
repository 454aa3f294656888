import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../harness/seeded-random.ts';
import { WireConnection } from '../harness/wire-connection.ts';
import { NAMINGS, type PowerCut, SECTOR_SIZES, SURVIVALS, writeCrashImage } from './disk/crash-image.ts';
import { type Recording, record } from './disk/recording.ts';
import type { Attack, AttackRun, Findings } from './kit/attack.ts';
import { runAlone } from './kit/run-attack.ts';
import { BANK } from './load/bank.ts';
import { BankWriter } from './load/bank-writer.ts';
import { checkBank } from './load/check-bank.ts';
import type { Operation, OperationLog } from './load/operation.ts';
import { ServedFolders } from './served/served-folders.ts';

const IMAGES_A_RECORDING = 50;
const WRITERS = 3;
/** Long enough for changes to travel through all files of a database. */
const LOAD_MS = 3500;
const PAUSE_MAX_MS = 60;
/** One image in so many is cut while the server makes or opens its files. */
const EARLY_ONE_IN = 8;
/** Cuts that are tried until a disk that keeps nothing is found out. */
const PLANTED_CUTS = 3;

/**
 * Records every write and flush of a server, and makes from them what the disk may hold after a power cut at a random
 * moment: what was not flushed is dropped, kept, kept out of order, or torn at the borders of sectors. Each image must open
 * and hold every write whose acknowledgement had left the server by then. Every other recording begins on such an image.
 */
export const powerCut: Attack = {
  name: 'power-cut',
  promise: 'whatever a disk keeps of unflushed writes, a power cut loses no acknowledged write and the database opens',
  shortCycles: 25,
  longCycles: 500,
  timeLimitMs: (cycles) => 180_000 + cycles * 5000,
  run: cutAndCheck,
};

/** A recording, and what had been asked and promised before it began. */
interface History {
  readonly recording: Recording;
  readonly earlier: readonly Operation[];
  readonly promisedEarlier: ReadonlySet<unknown>;
}

async function cutAndCheck({ random, cycles, folder, say }: AttackRun): Promise<Findings> {
  const served = new ServedFolders();
  const counts = { images: 0, operations: 0, 'planted losses found': 0 };
  let history: History | undefined;
  try {
    for (let number = 0; counts.images < cycles; number++) {
      const path = join(folder, `recording-${number}`);
      history = await nextHistory(number % 2 === 0 ? undefined : history, path, random);
      counts.operations += history.recording.disk.operations.length;
      const place = { served, path: join(folder, 'image') };
      if (number === 0) counts['planted losses found'] = await findPlantedLosses(history, place);
      const images = Math.min(IMAGES_A_RECORDING, Math.ceil(cycles / 2), cycles - counts.images);
      for (let image = 0; image < images; image++) {
        await checkImage(history, randomCut(history.recording, random), place);
        counts.images++;
      }
      say(`${counts.images} images`);
      rmSync(path, { recursive: true, force: true });
      rmSync(`${path}-trace`);
    }
  } finally {
    await served.end();
  }
  return { ...counts, lost: 0, 'not opened': 0 };
}

/** Records a server on an empty folder, or on what a power cut has left of `before`. */
async function nextHistory(before: History | undefined, path: string, random: SeededRandom): Promise<History> {
  const options = { dataDir: path, trace: `${path}-trace`, stops: random.below(2) === 0 };
  const load = (port: number, log: OperationLog) => writeForAWhile(port, { log, random, name: path.slice(-1) });
  if (before === undefined) {
    return { recording: await record({ ...options, load }), earlier: [], promisedEarlier: new Set() };
  }
  let cut = randomCut(before.recording, random);
  if (cut.at <= before.recording.preparedAt) cut = { ...cut, at: before.recording.endsAt };
  writeCrashImage(before.recording.disk, cut, path);
  const earlier = [...before.earlier, ...before.recording.log.operations];
  const promisedEarlier = promisesBefore(before, cut.at);
  const recording = await record({ ...options, load, prepare: async () => {} });
  return { recording, earlier, promisedEarlier };
}

async function writeForAWhile(
  port: number,
  { log, random, name }: { log: OperationLog; random: SeededRandom; name: string },
): Promise<void> {
  const until = Date.now() + LOAD_MS;
  const seeds = Array.from({ length: WRITERS }, () => random.below(2 ** 31));
  await Promise.all(
    seeds.map(async (seed, number) => {
      const wire = await WireConnection.login(port);
      const own = new SeededRandom(seed);
      const writer = new BankWriter({ name: `${name}w${number}`, wire, log, random: own });
      while (Date.now() < until) {
        await writer.turn();
        await sleep(own.below(PAUSE_MAX_MS));
      }
      wire.close();
    }),
  );
}

function randomCut({ disk, preparedAt, endsAt }: Recording, random: SeededRandom): PowerCut {
  const early = random.below(EARLY_ONE_IN) === 0;
  const moments = disk.operations.filter(({ began }) => (early ? began >= 0 : began > preparedAt));
  const operation = random.pick(moments);
  // Behind the line on which it began it is under way, behind the one on which it ended it is done.
  const at = random.below(3) === 0 ? Math.min(operation.ended, endsAt) : operation.began - random.below(2);
  return {
    at,
    survival: random.pick(SURVIVALS),
    naming: random.pick(NAMINGS),
    sectorBytes: random.pick(SECTOR_SIZES),
    random: new SeededRandom(random.below(2 ** 31)),
  };
}

interface ImagePlace {
  readonly served: ServedFolders;
  readonly path: string;
}

async function checkImage(history: History, cut: PowerCut, { served, path }: ImagePlace): Promise<void> {
  const { recording, earlier } = history;
  const where = `power cut at line ${cut.at}, unflushed writes: ${cut.survival}, names: ${cut.naming}, sectors of ${cut.sectorBytes}, seed ${cut.random.seed}`;
  rmSync(path, { recursive: true, force: true });
  writeCrashImage(recording.disk, cut, path);
  try {
    const wire = await served.open(path);
    if (cut.at > recording.preparedAt || history.promisedEarlier.size > 0) {
      const promised = promisesBefore(history, cut.at);
      const isPromised = (operation: Operation) => promised.has(operation.id);
      const operations = [...earlier, ...recording.log.operations];
      await served.orEnd(checkBank(wire, { operations, where, isPromised }));
      await wire.call('insert', { database: BANK, collection: 'extra', document: { value: 1 } });
    }
    wire.close();
    await served.close();
  } catch (error) {
    if (error instanceof Error) error.message = `${where}: ${error.message}`;
    throw error;
  }
}

/** The operations whose acknowledgement had left the server. */
function promisesBefore({ recording, promisedEarlier }: History, at: number): Set<unknown> {
  const promised = new Set(promisedEarlier);
  for (const answer of recording.answers) {
    if (answer.at <= at && answer.reply.status === 'ok') promised.add(answer.reply.rid);
  }
  return promised;
}

/** A disk that only pretends to flush loses what was promised: whoever does not see that would see no other loss. */
async function findPlantedLosses(history: History, place: ImagePlace): Promise<number> {
  for (let number = 0; number < PLANTED_CUTS; number++) {
    const random = new SeededRandom(number);
    const cut = { at: history.recording.endsAt, survival: 'some', naming: 'ordered', sectorBytes: 4096 } as const;
    const outcome = checkImage(history, { ...cut, random, disregardsFlushes: true }, place);
    await assert.rejects(outcome, 'a disk that flushes nothing was not found out');
    await place.served.end();
  }
  return PLANTED_CUTS;
}

if (import.meta.main) await runAlone(powerCut);
