/**
 * What transactions cost: durable ones of ten random writes in this process, serializable ones beside snapshots where
 * conflicts are rare, the memory of a large one, and single inserts over the wire from sixteen connections. Each figure
 * stands beside its goal.
 *
 *     node bench/transactions.ts [documents]
 */
import { join } from 'node:path';
import { CairnError, encodeValue, type Value } from '@cairn/protocol/internal';
import { type Database, type IsolationLevel, type NewRecord, Store } from '@cairn/storage';
import { keptBytes } from '../test/harness/kept-bytes.ts';
import { SeededRandom } from '../test/harness/seeded-random.ts';
import { ServerProcess } from '../test/harness/server-process.ts';
import { temporaryFolder } from '../test/harness/temporary-folder.ts';
import { WireConnection } from '../test/harness/wire-connection.ts';
import { people } from './people.ts';
import { drive, framed } from './wire-load.ts';

const DOCUMENTS = Number(process.argv[2] ?? 100_000);
const WRITES = 10;
const LARGE_WRITES = 100_000;
/** Each measure is taken so often, and the best counts: the machine has other work. */
const ROUNDS = 5;

const random = new SeededRandom(7);
const records = [...people(DOCUMENTS)].map(recordOf);
const folder = temporaryFolder('bench-transactions');
console.log(`${DOCUMENTS} documents, Node ${process.version}`);
try {
  await measureInProcess();
  await measureOverTheWire();
} finally {
  folder.remove();
}

async function measureInProcess(): Promise<void> {
  const store = await Store.open({ path: join(folder.path, 'store') });
  await store.createDatabase('bench');
  const database = store.database('bench');
  await database.createCollection('people');
  await load(database, 'people');
  for (const [callers, count, goal] of [
    [1, 1_000, 2_000],
    [16, 6_000, 8_000],
  ] as const) {
    const before = process.cpuUsage();
    const perSecond = await best(async () => count / (await secondsOf(() => writeRandomly(database, callers, count))));
    const { user, system } = process.cpuUsage(before);
    const what = `transaction of ${WRITES} random writes, ${callers} in this process`;
    figure(what, perSecond, { atLeast: goal, unit: '/s' });
    console.log(`  ${((user + system) / count / ROUNDS).toFixed(0)} µs of processors each`);
  }
  await database.createIndex('people', { name: 'by_score', fields: ['score'] });
  await measureLevels(database);
  await measureMemory(database);
  await store.close();
}

/** By the processor's time, which other work on the machine does not lengthen as it does the clock's. */
async function measureLevels(database: Database): Promise<void> {
  const count = 3_000;
  const cost = { repeatable_read: Number.POSITIVE_INFINITY, serializable: Number.POSITIVE_INFINITY };
  const lost = { repeatable_read: 0, serializable: 0 };
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const levels = ['repeatable_read', 'serializable'] as const;
    for (const level of round % 2 === 0 ? levels : levels.toReversed()) {
      const before = process.cpuUsage();
      lost[level] += await mix(database, level, count);
      const { user, system } = process.cpuUsage(before);
      cost[level] = Math.min(cost[level], (user + system) / count);
    }
  }
  console.log(
    `  ${cost.repeatable_read.toFixed(0)} µs of a processor by snapshot, ${cost.serializable.toFixed(0)} serializable;`,
  );
  console.log(`  of ${2 * ROUNDS * count} lost ${lost.repeatable_read} by snapshot, ${lost.serializable} serializable`);
  const ratio = cost.serializable / cost.repeatable_read;
  figure('serializable beside snapshot, few conflicts', ratio, { atMost: 1.5, unit: '×' });
}

async function load(database: Database, collection: string): Promise<void> {
  for (let from = 0; from < records.length; from += 1000) {
    await database.write((one) => {
      for (const record of records.slice(from, from + 1000)) one.put(collection, record, 'insert');
    });
  }
}

async function writeRandomly(database: Database, callers: number, count: number): Promise<void> {
  await callAll(callers, count, async () => {
    const transaction = database.begin();
    for (let write = 0; write < WRITES; write++) transaction.put('people', renewed(random.pick(records)), 'upsert');
    await committed(database, transaction);
  });
}

/** Transactions that read four documents and a small range of an index and change two. Answers how many lost. */
async function mix(database: Database, isolation: IsolationLevel, count: number): Promise<number> {
  let lost = 0;
  await callAll(16, count, async () => {
    const transaction = database.begin({ isolation });
    const collection = transaction.collection('people')!;
    for (let read = 0; read < 4; read++) collection.get(random.pick(records).key);
    const from = random.below(9_990);
    const bounds = { lower: { value: from, inclusive: true }, upper: { value: from + 1, inclusive: false } };
    const entries = collection.indexes[0].scan({ equal: [], ...bounds });
    for (let key = entries.next(); key !== undefined; key = entries.next());
    for (let write = 0; write < 2; write++) transaction.put('people', renewed(random.pick(records)), 'upsert');
    if (!(await committed(database, transaction))) lost++;
  });
  return lost;
}

/** False when another commit was in the way. */
async function committed(database: Database, transaction: ReturnType<Database['begin']>): Promise<boolean> {
  try {
    await database.commit(transaction);
    return true;
  } catch (error) {
    if (error instanceof CairnError && error.code === 'conflict') return false;
    throw error;
  }
}

async function measureMemory(database: Database): Promise<void> {
  await database.createCollection('large');
  // Made one by one, as they come from a client: nothing of them is there before.
  const fresh = (at: number): NewRecord => {
    const source = records[at % records.length];
    return {
      ...renewed(source),
      key: Buffer.from(`${source.key}-${at}`).toString('latin1'),
      body: Buffer.from(source.body),
    };
  };
  let bytes = 0;
  for (let at = 0; at < LARGE_WRITES; at++) bytes += storedBytes(fresh(at));
  for (const isolation of ['repeatable_read', 'read_committed', 'serializable'] as const) {
    const before = settledBytes();
    const transaction = database.begin({ isolation });
    for (let at = 0; at < LARGE_WRITES; at++) transaction.put('large', fresh(at), 'insert');
    const share = (settledBytes() - before) / bytes;
    figure(`memory of ${LARGE_WRITES} writes, ${isolation}`, share, { atMost: 2, unit: '× the documents' });
    database.rollback(transaction);
  }
}

/** What a document takes where it is stored: its key, its system members, its body. */
function storedBytes({ key, body }: NewRecord): number {
  return key.length + 20 + body.length;
}

/** Buffers that are garbage are counted until a second collection has seen them go. */
function settledBytes(): number {
  for (let round = 0; round < 3; round++) keptBytes();
  return keptBytes();
}

async function measureOverTheWire(): Promise<void> {
  const server = await ServerProcess.start({ dataDir: join(folder.path, 'server') });
  try {
    const wire = await WireConnection.login(server.port);
    await wire.call('create_database', { name: 'bench' });
    const members = [...people(1000)].map(({ _key, ...rest }) => rest);
    for (const [name, goal] of [
      ['sequential', 20_000],
      ['random', 10_000],
    ] as const) {
      let rates = 0;
      for (let round = 0; round < 3; round++) {
        const collection = `${name}${round}`;
        await wire.call('create_collection', { database: 'bench', name: collection });
        const key = (serial: number) =>
          name === 'sequential' ? `n${1e7 + serial}` : `n${Math.floor(random.next() * 1e12).toString(36)}-${serial}`;
        const frame = (serial: number) =>
          framed({
            cmd: 'insert',
            database: 'bench',
            collection,
            document: { _key: key(serial), ...members[serial % 1000] },
          });
        const load = { name: `insert x16, ${name} keys`, frame, total: 30_000, connections: 16 };
        rates = Math.max(rates, (await drive(server.port, load)).perSecond);
      }
      figure(`insert x16 over the wire, ${name} keys`, rates, { atLeast: goal, unit: '/s' });
    }
    wire.close();
  } finally {
    await server.stop();
  }
}

async function callAll(callers: number, count: number, call: () => Promise<void>): Promise<void> {
  let begun = 0;
  const caller = async () => {
    while (begun++ < count) await call();
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

async function best(measure: () => Promise<number>): Promise<number> {
  let highest = 0;
  for (let round = 0; round < ROUNDS; round++) highest = Math.max(highest, await measure());
  return highest;
}

function figure(what: string, value: number, goal: { atLeast?: number; atMost?: number; unit: string }): void {
  const isMet = goal.atLeast !== undefined ? value >= goal.atLeast : value <= goal.atMost!;
  const shown = value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
  const wanted = goal.atLeast !== undefined ? `≥ ${goal.atLeast.toLocaleString('en')}` : `≤ ${goal.atMost}`;
  console.log(`${what.padEnd(52)} ${shown} ${goal.unit} (goal ${wanted}: ${isMet ? 'met' : 'NOT met'})`);
}

function renewed(record: NewRecord): NewRecord {
  const revision = Buffer.allocUnsafe(8);
  revision.writeUInt32BE(random.below(2 ** 32), 0);
  revision.writeUInt32BE(random.below(2 ** 32), 4);
  return { ...record, revision };
}

function recordOf(person: Record<string, unknown>): NewRecord {
  const { _key, ...body } = person;
  return {
    key: String(_key),
    revision: new Uint8Array(8),
    createdMs: 1,
    updatedMs: 1,
    body: encodeValue(body as Value),
  };
}
