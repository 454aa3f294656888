import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeValue, type Value } from '@cairn/protocol/internal';
import { QueryEngine } from '@cairn/query';
import { type Database, type NewRecord, Store } from '@cairn/storage';
import { people } from './people.ts';

/**
 * Scans in process, without columns and with them: the first run of a text, the second (which fills the columns), the
 * best of those that follow, and the first after a write of one document.
 *
 *     node bench/columns.ts [documents …]
 */
const COUNTS = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100_000, 1_000_000];
const BATCH = 1000;
const AGAIN = 10;
const QUERIES = {
  'filter + count': 'FOR u IN users FILTER u.age > 80 COLLECT WITH COUNT INTO n RETURN n',
  'filter + project': "FOR u IN users FILTER u.city == 'Oslo' AND u.score > 9000 RETURN {name: u.name, score: u.score}",
  'group, 3 aggregates':
    'FOR u IN users COLLECT city = u.city AGGREGATE avg = AVG(u.age), mx = MAX(u.score), n = COUNT() RETURN {city, avg, mx, n}',
  'sort + limit': 'FOR u IN users SORT u.score DESC LIMIT 10 RETURN u.name',
} as const;
const name = 'bench';

for (const count of COUNTS) await measure(count);

async function measure(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-bench-columns-'));
  const store = await Store.open({ path: folder });
  try {
    await store.createDatabase(name);
    const database = store.database(name);
    await database.createCollection('users');
    await load(database, count);
    await database.write((transaction) => transaction.put('users', recordOf({ _key: 'u0', age: 1 }), 'replace'));
    console.log(`\n${count} documents, times in ms; RssAnon ${anonymousMebibytes()} MiB`);
    console.log('                        no columns         with columns');
    console.log('                     first    again    first   second    again  written');
    const plain = new QueryEngine({ columns: { budgetBytes: 0 } });
    const columns = new QueryEngine();
    for (const [title, text] of Object.entries(QUERIES)) await compare(title, text, { database, plain, columns });
    console.log(`RssAnon ${anonymousMebibytes()} MiB`);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(
  title: string,
  text: string,
  { database, plain, columns }: { database: Database; plain: QueryEngine; columns: QueryEngine },
): Promise<void> {
  const times = [time(plain, database, text), best(plain, database, text)];
  times.push(time(columns, database, text), time(columns, database, text), best(columns, database, text));
  await database.write((transaction) => transaction.put('users', recordOf({ _key: 'u17', age: 81 }), 'upsert'));
  times.push(time(columns, database, text));
  console.log(title.padEnd(19) + times.map((ms) => ms.toFixed(2).padStart(8)).join(' '));
}

function best(engine: QueryEngine, database: Database, text: string): number {
  return Math.min(...Array.from({ length: AGAIN }, () => time(engine, database, text)));
}

function time(engine: QueryEngine, database: Database, text: string): number {
  const start = performance.now();
  const view = database.snapshot();
  const binds = new Map<string, Value>();
  const prepared = engine.prepare(text, { database: name, view, binds });
  const run = engine.start(prepared, {
    ...{ database: name, view, binds },
    nowMs: Date.now(),
    randomBytes: (length) => new Uint8Array(length),
    monotonicMs: () => performance.now(),
  });
  while (!run.next({ maxRows: 1_000_000 }).done);
  view.release();
  return performance.now() - start;
}

async function load(database: Database, count: number): Promise<void> {
  let batch: NewRecord[] = [];
  const write = async () => {
    const records = batch;
    batch = [];
    await database.write((transaction) => {
      for (const record of records) transaction.put('users', record, 'insert');
    });
  };
  for (const person of people(count)) {
    batch.push(recordOf(person));
    if (batch.length === BATCH) await write();
  }
  await write();
}

function recordOf({ _key: key, ...body }: Record<string, unknown>): NewRecord {
  const nowMs = Date.now();
  return {
    key: key as string,
    revision: new Uint8Array(8),
    createdMs: nowMs,
    updatedMs: nowMs,
    body: encodeValue(body as Value),
  };
}

function anonymousMebibytes(): number {
  const line = /RssAnon:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
  return Math.round(Number(line?.[1] ?? 0) / 1024);
}
