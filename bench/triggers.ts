/*
 * What triggers cost and how soon they are told, in one process with a real server:
 *   node bench/triggers.ts [--changes 10000] [--fake]
 * Inserts without a trigger, with an after-trigger one by one and in batches, and with a before-trigger, each on a collection of its own. With
 * `--fake` the scripts are functions of this process, so that what is measured is the following of the log alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect, type Database } from '@cairn/client';
import { resolveSettings, startServer } from '@cairn/server';

const { values } = parseArgs({
  options: { changes: { type: 'string', default: '10000' }, fake: { type: 'boolean', default: false } },
});
const total = Number(values.changes);
const CALLERS = 16;

const folder = mkdtempSync(join(tmpdir(), 'cairn-bench-triggers-'));
const flags = { port: 0, dataDir: folder, adminPassword: 'bench admin password', logLevel: 'error' };
const server = await startServer(resolveSettings({ flags }));
const client = await connect({ port: server.port, user: 'admin', password: flags.adminPassword, database: 'bench' });
try {
  await client.databases.create('bench');
  const db = client.database();
  await client.command('create_service', { database: 'bench', key: 's', name: 's' });
  const script = { name: 'nothing', path: 'nothing', service: 's', methods: ['POST'], language: 'lua' };
  await client.command('create_script', { database: 'bench', ...script, code: 'return nil' });
  if (values.fake) {
    const body = new Uint8Array();
    server.engine.automation.start(async () => ({
      kind: 'answer',
      status: 200,
      headers: [],
      body,
      resultJson: 'null',
    }));
  }
  for (const name of ['plain', 'single', 'batched', 'before']) await db.collections.create(name);
  const trigger = { events: ['insert' as const], script: 'nothing' };
  await db.triggers.create({ ...trigger, name: 'single', collection: 'single', concurrency: 16 });
  await db.triggers.create({ ...trigger, name: 'batched', collection: 'batched', batch: true, batchSize: 500 });
  await db.triggers.create({ ...trigger, name: 'before', collection: 'before', timing: 'before' });

  await insert(db, 'plain', 1_000);
  print('no trigger', total, await insert(db, 'plain', total));
  for (const name of ['single', 'batched']) {
    const started = performance.now();
    const insertedMs = await insert(db, name, total);
    await untilTold(db, name);
    print(`after, ${name}: inserts`, total, insertedMs);
    print(`after, ${name}: told`, total, performance.now() - started);
  }
  const few = Math.min(total, 2_000);
  print('before', few, await insert(db, 'before', few));
} finally {
  await client.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}

/** @returns milliseconds */
async function insert(db: Database, collection: string, count: number): Promise<number> {
  const started = performance.now();
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, lane) => {
      for (let n = lane; n < count; n += CALLERS) await db.collection(collection).insert({ n, text: 'x'.repeat(200) });
    }),
  );
  return performance.now() - started;
}

async function untilTold(db: Database, name: string): Promise<void> {
  const trigger = (await db.triggers.list()).find((one) => one.name === name)!;
  const lastLsn = server.engine.database('bench').lsn;
  for (;;) {
    const { position } = await db.triggers.history(trigger._key, 1);
    if (position !== null && position >= lastLsn) return;
    await sleep(5);
  }
}

function print(what: string, count: number, ms: number): void {
  console.log(`${what}: ${count} in ${Math.round(ms)} ms, ${Math.round((count / ms) * 1000)}/s`);
}
