import assert from 'node:assert/strict';
import { join } from 'node:path';
import { SeededRandom } from '../harness/seeded-random.ts';
import { ServerProcess } from '../harness/server-process.ts';
import { WireConnection } from '../harness/wire-connection.ts';
import type { Attack, AttackRun, Findings } from './kit/attack.ts';
import { runAlone } from './kit/run-attack.ts';
import { BANK, prepareBank } from './load/bank.ts';
import { BankWriter } from './load/bank-writer.ts';
import { checkBank } from './load/check-bank.ts';
import { type Operation, OperationLog } from './load/operation.ts';

const WRITERS = 4;
/** One backup in so many begins a new chain; the others go on from the one before. */
const FULL_ONE_IN = 3;
const PAUSE_TURNS = 40;

/**
 * Backs a database up again and again while it is written, restores each backup under a new name, some up to an LSN in the
 * middle of a chain, and holds the restored state against the commits up to exactly that LSN.
 */
export const backupUnderLoad: Attack = {
  name: 'backup-under-load',
  promise:
    'a hot backup restores to the state of exactly one LSN, with all that was committed by then and nothing else',
  shortCycles: 4,
  longCycles: 30,
  timeLimitMs: (cycles) => 60_000 + cycles * 60_000,
  run: backUpAndRestore,
};

interface Backup {
  readonly name: string;
  readonly lsn: number;
}

async function backUpAndRestore({ random, cycles, folder, say }: AttackRun): Promise<Findings> {
  const server = await ServerProcess.start({ dataDir: join(folder, 'data') });
  const counts = { backups: 0, incremental: 0, 'restored to an LSN': 0 };
  const log = new OperationLog();
  try {
    const wire = await WireConnection.login(server.port);
    await prepareBank(wire);
    const load = await startLoad(server.port, log, random);
    let chain: Backup[] = [];
    for (; counts.backups < cycles; counts.backups++) {
      await load.progress(PAUSE_TURNS);
      const isFull = chain.length === 0 || random.below(FULL_ONE_IN) === 0;
      const since = isFull ? {} : { since_lsn: chain.at(-1)!.lsn };
      if (!isFull) counts.incremental++;
      const backup = (await wire.call('backup_database', {
        database: BANK,
        name: `b${counts.backups}`,
        ...since,
      })) as Backup;
      chain = isFull ? [backup] : [...chain, backup];
      const between = isFull ? undefined : chain.at(-2)!.lsn + random.below(backup.lsn - chain.at(-2)!.lsn);
      if (between !== undefined) counts['restored to an LSN']++;
      for (const lsn of between === undefined ? [undefined] : [undefined, between]) {
        await restoreAndCheck(wire, { chain, lsn, log, number: counts.backups });
      }
      if ((counts.backups + 1) % 10 === 0) say(`${counts.backups + 1} backups`);
    }
    await load.stop();
    wire.close();
  } finally {
    await server.stop();
  }
  return { ...counts, acknowledged: log.acknowledged, 'wrong states': 0 };
}

async function restoreAndCheck(
  wire: WireConnection,
  { chain, lsn, log, number }: { chain: readonly Backup[]; lsn: number | undefined; log: OperationLog; number: number },
): Promise<void> {
  const upTo = lsn === undefined ? {} : { lsn };
  const name = `restored-${number}-${lsn ?? 'end'}`;
  const restored = (await wire.call('restore_backup', {
    name,
    backups: chain.map((backup) => backup.name),
    ...upTo,
  })) as {
    lsn: number;
  };
  const target = lsn ?? chain.at(-1)!.lsn;
  assert.equal(restored.lsn, target, `${name} is at another LSN`);
  await checkBank(wire, {
    database: name,
    operations: log.operations,
    where: `${name} of ${chain.map((backup) => backup.name).join(', ')} at LSN ${target}`,
    isPromised: ({ lsn: done }: Operation) => done !== undefined && done <= target,
    isExcluded: ({ lsn: done, outcome }: Operation) => outcome === 'refused' || (done !== undefined && done > target),
  });
  await wire.call('delete_database', { name });
}

/** Writers that go on until they are stopped. */
async function startLoad(port: number, log: OperationLog, random: SeededRandom) {
  let stopped = false;
  let turns = 0;
  const wires = await Promise.all(Array.from({ length: WRITERS }, () => WireConnection.login(port)));
  const writing = wires.map(async (wire, number) => {
    const own = new SeededRandom(random.below(2 ** 31));
    const writer = new BankWriter({ name: `w${number}`, wire, log, random: own });
    for (; !stopped; turns++) await writer.turn();
    wire.close();
  });
  return {
    /** Resolves when so many operations have been done; fails when a writer fails. */
    progress: async (count: number) => {
      const target = turns + count;
      while (turns < target) await Promise.race([new Promise((done) => setTimeout(done, 5)), ...writing]);
    },
    stop: async () => {
      stopped = true;
      await Promise.all(writing);
    },
  };
}

if (import.meta.main) await runAlone(backupUnderLoad);
