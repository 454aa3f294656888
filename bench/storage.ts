import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeValue, type Value } from '@cairn/protocol/internal';
import { type Database, type NewRecord, Store } from '@cairn/storage';
import { open } from 'lmdb';
import { people } from './people.ts';

// Measures the storage in-process, beside plain lmdb with a key a document: `node bench/storage.ts [documents]`.

const DOCUMENTS = Number(process.argv[2] ?? 100_000);
const BATCH = 1000;

const records = [...people(DOCUMENTS)].map(recordOf);
const bodyBytes = records.reduce((total, record) => total + record.body.length, 0);
const folder = mkdtempSync(join(tmpdir(), 'cairn-bench-storage-'));
console.log(`${DOCUMENTS} documents of ${Math.round(bodyBytes / DOCUMENTS)} bytes, Node ${process.version}`);

await measureStorage();
await measurePlainLmdb();
rmSync(folder, { recursive: true, force: true });

async function measureStorage(): Promise<void> {
  let store = await Store.open({ path: join(folder, 'cairn') });
  await store.createDatabase('bench');
  let database = store.database('bench');
  await database.createCollection('people');
  const writtenBefore = writtenBytes();
  await rate('bulk load, batches of 1000', DOCUMENTS, () => loadAll(database));
  console.log(`  bytes to disk a byte of body: ${((writtenBytes() - writtenBefore) / bodyBytes).toFixed(2)}`);
  for (const round of ['first', 'again']) await rate(`block walk, ${round}`, DOCUMENTS, () => walk(database));
  await rate('point get', 200_000, () => pointGets(database, 200_000));
  await rate('index on city', DOCUMENTS, () => database.createIndex('people', { name: 'city', fields: ['city'] }));
  await database.dropIndex('people', 'city');
  for (const callers of [1, 16, 64]) {
    const count = callers === 1 ? 3000 : 20_000;
    await rate(`durable insert, ${callers} callers`, count, () => insertFrom(database, callers, count));
  }
  await store.close();
  const start = performance.now();
  store = await Store.open({ path: join(folder, 'cairn') });
  database = store.database('bench');
  pointGets(database, 1);
  console.log(`reopen to the first read: ${(performance.now() - start).toFixed(1)} ms`);
  console.log(`RssAnon with the source records in memory: ${anonymousMebibytes()} MiB`);
  await store.close();
}

async function loadAll(database: Database): Promise<void> {
  for (let from = 0; from < DOCUMENTS; from += BATCH) {
    await database.write((transaction) => {
      for (const record of records.slice(from, from + BATCH)) transaction.put('people', record, 'insert');
    });
  }
}

function walk(database: Database): void {
  const snapshot = database.snapshot();
  const blocks = snapshot.collection('people')!.blocks();
  let found = 0;
  for (let slice = blocks.next(); slice !== undefined; slice = blocks.next()) found += slice.to - slice.from;
  snapshot.release();
  if (found !== DOCUMENTS) throw new Error(`found ${found}`);
}

function pointGets(database: Database, count: number): void {
  const snapshot = database.snapshot();
  const collection = snapshot.collection('people')!;
  for (let i = 0; i < count; i++) {
    if (collection.get(records[(i * 7919) % DOCUMENTS].key) === undefined) throw new Error('not found');
  }
  snapshot.release();
}

async function insertFrom(database: Database, callers: number, count: number): Promise<void> {
  let next = 0;
  const call = async () => {
    while (next < count) {
      const record = { ...records[next % DOCUMENTS], key: `x${callers}-${String(next++).padStart(9, '0')}` };
      await database.write((transaction) => transaction.put('people', record, 'insert'));
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
}

async function measurePlainLmdb(): Promise<void> {
  const path = join(folder, 'plain.mdb');
  const plain = open<Uint8Array, string>({ path, encoding: 'binary', overlappingSync: false });
  await rate('plain lmdb: bulk load', DOCUMENTS, async () => {
    for (let from = 0; from < DOCUMENTS; from += BATCH) {
      await plain.batch(() => {
        for (const record of records.slice(from, from + BATCH)) plain.put(record.key, record.body);
      });
    }
  });
  await rate('plain lmdb: scan', DOCUMENTS, () => {
    for (const entry of plain.getRange()) if (entry.value.length === 0) throw new Error('empty');
  });
  await rate('plain lmdb: point get', 200_000, () => {
    for (let i = 0; i < 200_000; i++) plain.get(records[(i * 7919) % DOCUMENTS].key);
  });
  await rate('plain lmdb: durable put, 1 caller', 3000, async () => {
    for (let i = 0; i < 3000; i++) await plain.put(`x${i}`, records[i % DOCUMENTS].body);
  });
  await plain.close();
}

async function rate(what: string, count: number, work: () => unknown): Promise<void> {
  const start = performance.now();
  await work();
  const ms = performance.now() - start;
  const each = ((ms * 1000) / count).toFixed(2);
  console.log(`${what}: ${ms.toFixed(1)} ms, ${each} µs each, ${Math.round((count / ms) * 1000)}/s`);
}

function recordOf(person: Record<string, unknown>): NewRecord {
  const { _key, ...body } = person;
  return {
    key: _key as string,
    revision: new Uint8Array(8),
    createdMs: 1,
    updatedMs: 1,
    body: encodeValue(body as Value),
  };
}

function writtenBytes(): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? 0);
}

function anonymousMebibytes(): number {
  return Math.round(Number(/RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024);
}
