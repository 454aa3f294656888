import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { SeededRandom } from '../harness/seeded-random.ts';
import { WireConnection } from '../harness/wire-connection.ts';
import type { SeenAnswer } from './disk/answers.ts';
import { writeCrashImage } from './disk/crash-image.ts';
import { type Recording, record } from './disk/recording.ts';
import type { Attack, AttackRun, Findings } from './kit/attack.ts';
import { runAlone } from './kit/run-attack.ts';
import { BANK } from './load/bank.ts';
import { ServedFolders } from './served/served-folders.ts';

const COUNTERS = 3;
const READERS = 6;
/** Values that each counter must take at least: readers go on until then. */
const VALUES_MIN = 5;
/** What each flush takes, beside what the disk takes. */
const DELAY_MICROSECONDS = 15_000;
const DELAYED = [`pwrite64:delay_exit=${DELAY_MICROSECONDS}`, `fdatasync:delay_enter=${DELAY_MICROSECONDS}`];
/** Of the values that were read, so many are looked for on the disk of the moment at which they were read first. */
const READS_AN_IMAGE = 50;

/**
 * Makes every flush take long, and reads all the while. A value that a reader saw must be on the disk of that very moment,
 * from which everything that was not flushed is taken away.
 */
export const delayedFlush: Attack = {
  name: 'delayed-flush',
  promise: 'no reader sees what is not yet durable',
  shortCycles: 1500,
  longCycles: 10_000,
  timeLimitMs: (cycles) => 120_000 + cycles * 60,
  run: readWhileFlushing,
};

/** A value of a document, and the first answer that showed it. */
interface Sighting {
  readonly key: string;
  readonly value: number;
  readonly at: number;
}

async function readWhileFlushing({ random, cycles, folder, say }: AttackRun): Promise<Findings> {
  const recording = await record({
    dataDir: join(folder, 'data'),
    trace: join(folder, 'trace'),
    injections: DELAYED,
    load: (port) => countAndRead(port, cycles),
  });
  const sightings = firstSightings(recording.answers);
  say(`${sightings.length} values were seen by ${cycles} reads`);
  assert.ok(sightings.length > COUNTERS, 'the values hardly changed');
  const chosen = sample(sightings, Math.ceil(cycles / READS_AN_IMAGE), random);
  const served = new ServedFolders();
  const image = join(folder, 'image');
  try {
    await assert.rejects(findOnDisk(recording, sightings.at(-1)!, { served, image, disregardsFlushes: true }));
    await served.end();
    for (const sighting of chosen) await findOnDisk(recording, sighting, { served, image });
  } finally {
    await served.end();
  }
  return { reads: cycles, 'values seen': sightings.length, 'looked for on disk': chosen.length, 'not durable': 0 };
}

/** Counters that go up as fast as the flushes let them, and readers until there are enough reads. */
async function countAndRead(port: number, reads: number): Promise<void> {
  const wires = await Promise.all(Array.from({ length: COUNTERS + READERS }, () => WireConnection.login(port)));
  const keys = Array.from({ length: COUNTERS }, (_, number) => `counter-${number}`);
  const place = { database: BANK, collection: 'singles' };
  for (const key of keys) await wires[0]!.call('insert', { ...place, document: { _key: key, value: 0 } });
  const values = keys.map(() => 0);
  let done = 0;
  const isThrough = () => done >= reads && Math.min(...values) >= VALUES_MIN;
  const count = async (wire: WireConnection, number: number) => {
    while (!isThrough()) {
      const value = values[number]! + 1;
      await wire.call('update', { ...place, key: keys[number], document: { value } });
      values[number] = value;
    }
  };
  const read = async (wire: WireConnection, number: number) => {
    for (let turn = number; !isThrough(); turn++) {
      done++;
      await wire.call('get', { ...place, key: keys[turn % COUNTERS], rid: `read-${number}-${turn}` });
    }
  };
  await Promise.all([
    ...keys.map((_, number) => count(wires[number]!, number)),
    ...wires.slice(COUNTERS).map((wire, number) => read(wire, number)),
  ]);
  for (const wire of wires) wire.close();
}

function firstSightings(answers: readonly SeenAnswer[]): Sighting[] {
  const seen = new Map<string, Sighting>();
  for (const { at, reply } of answers) {
    if (!String(reply.rid).startsWith('read-')) continue;
    const { _key: key, value } = reply.data as { _key: string; value: number };
    const name = `${key} ${value}`;
    if (!seen.has(name)) seen.set(name, { key, value, at });
  }
  return [...seen.values()].filter(({ value }) => value > 0);
}

function sample<T>(items: readonly T[], count: number, random: SeededRandom): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, () => random.pick(items));
}

interface ImagePlace {
  readonly served: ServedFolders;
  readonly image: string;
  readonly disregardsFlushes?: boolean;
}

/** The document on the disk of the moment has that value or a later one. */
async function findOnDisk(recording: Recording, { key, value, at }: Sighting, place: ImagePlace): Promise<void> {
  const { served, image, disregardsFlushes } = place;
  const cut = { at, survival: 'none', naming: 'ordered', sectorBytes: 512, disregardsFlushes } as const;
  rmSync(image, { recursive: true, force: true });
  writeCrashImage(recording.disk, { ...cut, random: new SeededRandom(at) }, image);
  const wire = await served.open(image);
  const found = (await wire.call('get', { database: BANK, collection: 'singles', key })) as { value: number };
  wire.close();
  await served.close();
  assert.ok(found.value >= value, `${key} was read as ${value} at line ${at} while the disk had ${found.value}`);
}

if (import.meta.main) await runAlone(delayedFlush);
