/**
 * Cairn beside PostgreSQL over jsonb, SQLite over jsonb and DuckDB over typed columns: the same documents, the same
 * questions, one system right after the other. How to read it: docs/guide/benchmarks.md.
 *
 *     node bench/peers/run.ts [--docs 100000] [--peers PostgreSQL,SQLite,DuckDB] [--json FILE]
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { orders } from '../orders.ts';
import { people } from '../people.ts';
import { CairnPeer, WITHOUT_COLUMNS } from './cairn-peer.ts';
import { DuckdbPeer } from './duckdb-peer.ts';
import { countRequests, type QueryTimes, timeQuery } from './measure.ts';
import type { BenchDocument, Peer, QueryName, RequestName } from './peer.ts';
import { PostgresPeer } from './postgres-peer.ts';
import { atLeast, atMost, EQUALITY_GOAL, GOALS, ratioOf, shownGoal, shownMs, shownRate, table } from './report.ts';
import { SqlitePeer } from './sqlite-peer.ts';

const BATCH = 1000;
const MANY_CALLERS = 16;
const SCANS: readonly QueryName[] = [
  'filter + count',
  'filter + project',
  'group by, 3 aggregates',
  'sort, limit 10',
  '10,000 documents',
];
const INDEXED: readonly QueryName[] = ['indexed range, 100 rows', 'join 100 x index'];

const { values: options } = parseArgs({
  options: {
    docs: { type: 'string', default: '100000' },
    peers: { type: 'string', default: 'PostgreSQL,SQLite,DuckDB' },
    json: { type: 'string' },
  },
});
const documents = Number(options.docs);
const rates = new Map<string, Map<string, number>>();
const times = new Map<QueryName, Map<string, QueryTimes>>();

const peers = await startPeers(options.peers.split(','));
try {
  console.log(`${documents.toLocaleString('en')} documents, ${cpus().length} processors of kind ${cpus()[0]?.model}`);
  for (const { name, description } of peers) console.log(`${name}: ${description}`);
  for (const peer of peers) await loadInto(peer);
  for (const peer of peers) await peer.settle();
  for (const name of ['get', 'insert'] as const) for (const callers of [1, MANY_CALLERS]) await countAll(name, callers);
  for (const name of SCANS) await timeAll(name);
  for (const peer of peers) if (!peer.skips.has('indexed equality')) await peer.createIndexes();
  await countAll('indexed equality', 1);
  for (const name of INDEXED) await timeAll(name);
  report();
} finally {
  for (const peer of peers) await peer.stop();
}

async function startPeers(wanted: readonly string[]): Promise<Peer[]> {
  const started: Peer[] = [];
  if (wanted.includes('PostgreSQL')) {
    const postgres = await PostgresPeer.start(documents);
    if (postgres === undefined) console.log('PostgreSQL 15 is not installed: apt-get install postgresql');
    else started.push(postgres);
  }
  if (wanted.includes('SQLite')) started.push(new SqlitePeer(documents));
  if (wanted.includes('DuckDB')) started.push(await DuckdbPeer.start());
  for (const columns of [false, true]) started.push(await CairnPeer.start(documents, { columns }));
  return started;
}

/** The documents are made beforehand, a share at a time, so that their making is not in the time. */
async function loadInto(peer: Peer): Promise<void> {
  const load = async (collection: 'users' | 'orders', source: Iterable<Record<string, unknown>>) => {
    let ms = 0;
    for (const share of sharesOf(source, 100 * BATCH)) {
      const batches: BenchDocument[][] = [];
      for (let from = 0; from < share.length; from += BATCH) batches.push(share.slice(from, from + BATCH));
      const start = performance.now();
      await peer.load(collection, batches);
      ms += performance.now() - start;
    }
    return documents / (ms / 1000);
  };
  note('bulk load, batches of 1,000', peer, await load('users', people(documents)));
  await load('orders', orders(documents));
}

function* sharesOf(source: Iterable<Record<string, unknown>>, size: number): Generator<BenchDocument[]> {
  let share: BenchDocument[] = [];
  for (const document of source) {
    share.push(document as BenchDocument);
    if (share.length === size) {
      yield share;
      share = [];
    }
  }
  if (share.length > 0) yield share;
}

function note(operation: string, peer: Peer, rate: number): void {
  if (!rates.has(operation)) rates.set(operation, new Map());
  rates.get(operation)!.set(peer.name, rate);
}

async function countAll(name: RequestName, callers: number): Promise<void> {
  for (const peer of peers) {
    if (peer.skips.has(name) || (callers > 1 && peer.skips.has('several callers'))) continue;
    const label = callers === 1 ? `${name}, 1 connection` : `${name}, ${callers} connections`;
    note(label, peer, await countRequests(peer, name, callers));
  }
}

async function timeAll(name: QueryName): Promise<void> {
  const found = new Map<string, QueryTimes>();
  for (const peer of peers) if (!peer.skips.has(name)) found.set(peer.name, await timeQuery(peer, name));
  times.set(name, found);
  const counts = new Set([...found.values()].map(({ rows }) => rows));
  // A join's rows hang on which hundred users came first, and that is nobody's promise.
  if (counts.size > 1 && name !== 'join 100 x index') {
    throw new Error(
      `the systems disagree on ${name}: ${[...found].map(([peer, { rows }]) => `${peer} ${rows} rows`).join(', ')}`,
    );
  }
}

function report(): void {
  const others = peers.filter(({ name }) => name !== 'Cairn' && name !== WITHOUT_COLUMNS).map(({ name }) => name);
  const rateLines = [...rates].map(([operation, found]) => {
    const ratio = ratioOf(found.get('Cairn'), found.get('PostgreSQL'));
    const goal = operation.startsWith('indexed equality') ? EQUALITY_GOAL : undefined;
    const cells = [...others, 'Cairn'].map((name) => shownRate(found.get(name)));
    return [operation, ...cells, shownGoal(ratio, goal, atLeast)];
  });
  console.log(`\n${table(['a second', ...others, 'Cairn', 'to PostgreSQL'], rateLines)}`);
  const timeLines = [...times].map(([name, found]) => {
    const { first, again } = GOALS[name];
    const cairn = found.get('Cairn');
    const postgres = found.get('PostgreSQL')?.againMs;
    return [
      name,
      ...others.map((peer) => shownMs(found.get(peer)?.againMs)),
      shownMs(cairn?.firstMs),
      shownMs(found.get(WITHOUT_COLUMNS)?.againMs),
      shownMs(cairn?.againMs),
      shownGoal(ratioOf(INDEXED.includes(name) ? cairn?.againMs : cairn?.firstMs, postgres), first, atMost),
      shownGoal(
        ratioOf(found.get(WITHOUT_COLUMNS)?.againMs, postgres),
        INDEXED.includes(name) ? undefined : first,
        atMost,
      ),
      shownGoal(ratioOf(cairn?.againMs, postgres), again, atMost),
    ];
  });
  const titles = [
    'milliseconds',
    ...others,
    'Cairn first',
    'no columns',
    'again',
    'first to PostgreSQL',
    'no columns',
    'again',
  ];
  console.log(`\n${table(titles, timeLines)}`);
  if (options.json !== undefined) {
    const asObject = (_key: string, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value);
    writeFileSync(options.json, `${JSON.stringify({ documents, rates, times }, asObject, 1)}\n`);
  }
}
