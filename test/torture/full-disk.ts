import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeededRandom } from '../harness/seeded-random.ts';
import { ServerProcess } from '../harness/server-process.ts';
import { WireConnection, WireError } from '../harness/wire-connection.ts';
import { type Attack, type AttackRun, type Findings, Skipped } from './kit/attack.ts';
import { runAlone } from './kit/run-attack.ts';
import { BANK, prepareBank } from './load/bank.ts';
import { BankWriter } from './load/bank-writer.ts';
import { checkBank } from './load/check-bank.ts';
import { OperationLog } from './load/operation.ts';

const MIB = 1024 * 1024;
/** The change log keeps up to 128 MiB of the past. */
const DISK_MIB = 384;
const WRITERS = 3;
/** Room that a round leaves beside its ballast, at least and at most. */
const ROOM_MIN_BYTES = 64 * 1024;
const ROOM_MAX_BYTES = 6 * MIB;
/** Operations that must succeed when there is room again. */
const RESUMED_TURNS = 20;
/** A disk that never fills is a fault of the attack. */
const TURNS_MAX = 50_000;
const FILLER_BYTES = 20_000;

/**
 * Fills the disk under a working server, on a small file system of its own, until it refuses a write. It must say
 * `storage_full`, go on reading, lose nothing, and take writes again without a restart as soon as there is room. Every other
 * round it is killed and started while the disk is full.
 */
export const fullDisk: Attack = {
  name: 'full-disk',
  promise: 'a full disk is answered with storage_full, loses nothing, and writes go on when there is room',
  shortCycles: 4,
  longCycles: 30,
  timeLimitMs: (cycles) => 60_000 + cycles * 60_000,
  run: fillAndCheck,
};

async function fillAndCheck({ random, cycles, folder, say }: AttackRun): Promise<Findings> {
  const disk = join(folder, 'disk');
  mountSmallDisk(disk);
  try {
    return await new Rounds(disk, random).run(cycles, say);
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
}

/** @throws Skipped */
function mountSmallDisk(path: string): void {
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    throw new Skipped('this user may not mount a tmpfs');
  }
}

class Rounds {
  readonly #disk: string;
  readonly #random: SeededRandom;
  readonly #log = new OperationLog();
  #server!: ServerProcess;
  #reader!: WireConnection;
  readonly #counts = { refusals: 0, 'starts while full': 0 };

  constructor(disk: string, random: SeededRandom) {
    this.#disk = disk;
    this.#random = random;
  }

  async run(rounds: number, say: (line: string) => void): Promise<Findings> {
    await this.#start();
    try {
      await prepareBank(this.#reader);
      for (let round = 0; round < rounds; round++) {
        await this.#round(round);
        if ((round + 1) % 10 === 0) say(`${round + 1} full disks`);
      }
    } finally {
      await this.#server.kill();
    }
    return { 'full disks': rounds, ...this.#counts, acknowledged: this.#log.acknowledged, lost: 0 };
  }

  async #round(round: number): Promise<void> {
    const ballast = join(this.#disk, 'ballast');
    const { bavail, bsize } = statfsSync(this.#disk);
    const room = ROOM_MIN_BYTES + this.#random.below(ROOM_MAX_BYTES - ROOM_MIN_BYTES);
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - room), 1));
    await this.#fillUp(round);
    await this.#check(`round ${round}, while the disk is full`);
    if (round % 2 === 1) {
      await this.#restart();
      this.#counts['starts while full']++;
      await this.#check(`round ${round}, after a kill and a start on the full disk`);
    }
    rmSync(ballast);
    await this.#resume(round);
    await this.#check(`round ${round}, when there is room again`);
    await this.#reader.call('truncate_collection', { database: BANK, collection: 'filler' });
    if (round % 5 === 4) {
      await this.#restart();
      await this.#check(`round ${round}, after a kill and a start`);
    }
  }

  /** All writers go on until each was refused. */
  async #fillUp(round: number): Promise<void> {
    await Promise.all(
      Array.from({ length: WRITERS }, async (_, index) => {
        const wire = await WireConnection.login(this.#server.port);
        const writer = this.#writer(`${round}-${index}`, wire);
        const refusal = await untilRefused(wire, writer, this.#random);
        assert.equal(refusal.code, 'storage_full', `round ${round}: ${refusal.message}`);
        this.#counts.refusals++;
        wire.close();
      }),
    );
  }

  async #resume(round: number): Promise<void> {
    const wire = await WireConnection.login(this.#server.port);
    const writer = this.#writer(`${round}-resumed`, wire);
    for (let turn = 0; turn < RESUMED_TURNS; turn++) await writer.turn();
    wire.close();
  }

  #writer(name: string, wire: WireConnection): BankWriter {
    return new BankWriter({ name, wire, log: this.#log, random: new SeededRandom(this.#random.below(2 ** 31)) });
  }

  async #check(where: string): Promise<void> {
    await checkBank(this.#reader, { operations: this.#log.operations, where });
  }

  async #restart(): Promise<void> {
    this.#reader.close();
    await this.#server.kill();
    await this.#start();
  }

  async #start(): Promise<void> {
    this.#server = await ServerProcess.start({ dataDir: join(this.#disk, 'data') });
    this.#reader = await WireConnection.login(this.#server.port);
  }
}

/** Writes to the bank, and something large beside it, until the server refuses. */
async function untilRefused(wire: WireConnection, writer: BankWriter, random: SeededRandom): Promise<WireError> {
  const filling = 'f'.repeat(FILLER_BYTES);
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    try {
      if (random.below(4) === 0) await writer.turn();
      else await wire.call('insert', { database: BANK, collection: 'filler', document: { filling } });
    } catch (error) {
      if (error instanceof WireError) return error;
      throw error;
    }
  }
  throw new Error('the disk never filled');
}

if (import.meta.main) await runAlone(fullDisk);
