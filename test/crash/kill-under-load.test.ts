import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../harness/seeded-random.ts';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { WireConnection, WireError } from '../harness/wire-connection.ts';

/** Kill cycles: few in the everyday tests, more with `CAIRN_KILL_CYCLES`. */
const CYCLES = Number(process.env.CAIRN_KILL_CYCLES ?? 4);
const WRITERS = 8;
const BATCH = 12;
const database = 'crash';

/** What the server has said is done: a document's last acknowledged value, and the batches that it took. */
class AcknowledgedWrites {
  /** Key → acknowledged value; null for an acknowledged removal. A key with a write under way is absent. */
  readonly values = new Map<string, number | null>();
  readonly batches = new Set<string>();
  count = 0;
}

/**
 * Kills the server without warning while writers are at work, starts it again, and holds what it finds against what was
 * acknowledged: every acknowledged insert, update and removal is there, and every batch is there whole or not at all.
 */
describe(`kill -9 under write load, ${CYCLES} cycles`, function () {
  this.timeout(CYCLES * 30_000);
  const folder = temporaryFolder('crash');
  const random = SeededRandom.fromEnvironment();
  const promises = new AcknowledgedWrites();
  after(() => folder.remove());

  it(`loses nothing and tears nothing (seed ${random.seed})`, async () => {
    let server = await ServerProcess.start({ dataDir: folder.path });
    try {
      await prepare(server.port);
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        const writers = Array.from({ length: WRITERS }, (_, writer) => write(server.port, cycle, writer, promises));
        await sleep(200 + random.below(600));
        await server.kill();
        await Promise.all(writers);
        server = await ServerProcess.start({ dataDir: folder.path });
        await verify(server.port, promises, cycle);
      }
      assert.ok(promises.count > CYCLES * WRITERS, `only ${promises.count} writes were acknowledged: no load`);
    } finally {
      if (server.running) await server.stop();
    }
  });
});

async function prepare(port: number): Promise<void> {
  const wire = await WireConnection.login(port);
  await wire.call('create_database', { name: database });
  for (const name of ['singles', 'batches']) await wire.call('create_collection', { database, name });
  await wire.call('create_index', { database, collection: 'singles', name: 'by_value', fields: ['value'] });
  await wire.call('create_index', { database, collection: 'batches', name: 'by_batch', fields: ['batch'] });
  wire.close();
}

/** Writes until the server dies. Each writer has its own keys, so the last acknowledged value of a key is known. */
async function write(port: number, cycle: number, writer: number, promises: AcknowledgedWrites): Promise<void> {
  const wire = await WireConnection.login(port);
  try {
    for (let turn = 0; ; turn++) {
      const key = `${cycle}-${writer}-${turn}`;
      if (turn % 3 === 2) await insertBatch(wire, key, promises);
      else await liveOneLife(wire, key, turn, promises);
    }
  } catch (error) {
    if (error instanceof WireError) throw error; // the server may vanish, but not refuse
  } finally {
    wire.close();
  }
}

async function insertBatch(wire: WireConnection, batch: string, promises: AcknowledgedWrites): Promise<void> {
  const documents = Array.from({ length: BATCH }, (_, member) => ({ _key: `${batch}-${member}`, batch, member }));
  await wire.call('bulk_insert', { database, collection: 'batches', documents });
  promises.batches.add(batch);
  promises.count++;
}

async function liveOneLife(
  wire: WireConnection,
  key: string,
  turn: number,
  promises: AcknowledgedWrites,
): Promise<void> {
  await wire.call('insert', { database, collection: 'singles', document: { _key: key, value: turn } });
  promises.values.set(key, turn);
  promises.count++;
  if (turn % 2 === 0) return;
  promises.values.delete(key); // until the next acknowledgement either value is right
  await wire.call('update', { database, collection: 'singles', key, document: { value: turn + 1 } });
  promises.values.set(key, turn + 1);
  promises.count++;
  if (turn % 5 !== 0) return;
  promises.values.delete(key);
  await wire.call('delete', { database, collection: 'singles', key });
  promises.values.set(key, null);
  promises.count++;
}

async function verify(port: number, promises: AcknowledgedWrites, cycle: number): Promise<void> {
  const wire = await WireConnection.login(port);
  const where = `after kill ${cycle + 1}`;
  const found = new Map<string, number>();
  for (const row of (await wire.query(database, 'FOR d IN singles RETURN [d._key, d.value]')) as [string, number][]) {
    found.set(row[0], row[1]);
  }
  for (const [key, value] of promises.values) {
    assert.equal(found.get(key) ?? null, value, `${where}: document ${key}`);
  }
  const sizes = await wire.query(
    database,
    'FOR d IN batches COLLECT batch = d.batch WITH COUNT INTO n RETURN [batch, n]',
  );
  const batches = new Map(sizes as [string, number][]);
  for (const [batch, size] of batches) assert.equal(size, BATCH, `${where}: batch ${batch} is torn`);
  for (const batch of promises.batches) assert.ok(batches.has(batch), `${where}: batch ${batch} is lost`);
  await verifyIndexes(wire, found, where);
  wire.close();
}

/** The counters and the indexes say the same as the documents. */
async function verifyIndexes(wire: WireConnection, found: Map<string, number>, where: string): Promise<void> {
  const stats = (await wire.call('collection_stats', { database, name: 'singles' })) as { document_count: number };
  assert.equal(stats.document_count, found.size, `${where}: the counter of the collection`);
  const byIndex = await wire.query(database, 'FOR d IN singles FILTER d.value >= 0 RETURN d._key');
  assert.equal(byIndex.length, found.size, `${where}: the index by value`);
}
