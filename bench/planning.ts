/**
 * Parsing and planning a query of twenty lines: never seen before (each text differs in a number), and found in the plan cache.
 *
 *     node bench/planning.ts [runs]
 */
import { parseQuery, QueryEngine } from '@cairn/query/internal';
import { Store } from '@cairn/storage';
import { temporaryFolder } from '../test/harness/temporary-folder.ts';

const RUNS = Number(process.argv[2] ?? 2_000);
const WARM_UP = 300;

const text = (number: number) => `
FOR o IN orders
  FILTER o.status == 'paid' AND o.total >= ${number}
  FILTER o.at >= '2026-01-01' AND o.at < '2026-02-01'
  FOR p IN people
    FILTER p._key == o.person
    FILTER p.country IN ['NO', 'SE', 'DK'] OR p.vip == true
    LET discount = p.vip ? o.total * 0.1 : 0
    LET lines = (
      FOR l IN lines
        FILTER l.order == o._key AND l.quantity > 0
        SORT l.position
        LIMIT 50
        RETURN {product: l.product, amount: l.quantity * l.price}
    )
    LET amount = SUM(lines[*].amount) - discount
    FILTER amount > 10 AND LENGTH(lines) > 0
    COLLECT country = p.country, month = LEFT(o.at, 7)
      AGGREGATE sum = SUM(amount), mean = AVG(amount), most = MAX(amount), n = COUNT()
    SORT sum DESC
    LIMIT @skip, 20
    RETURN {country, month, sum, mean, most, n, label: CONCAT(UPPER(country), '-', month)}`;

const folder = temporaryFolder('planning');
const store = await Store.open({ path: folder.path });
try {
  await store.createDatabase('shop');
  const database = store.database('shop');
  const indexes: Record<string, string[][]> = {
    orders: [['status', 'at'], ['person'], ['total']],
    people: [['country'], ['vip']],
    lines: [['order', 'position'], ['product']],
  };
  for (const [name, lists] of Object.entries(indexes)) {
    await database.createCollection(name);
    for (const fields of lists) await database.createIndex(name, { name: `by_${fields.join('_')}`, fields });
  }
  const view = database.snapshot();
  const binds = new Map([['skip', 0]]);
  const engine = new QueryEngine({ planCacheBytes: 512 * 1024 * 1024 });
  let number = 0;
  measure('parse alone', () => parseQuery(text(number++)));
  measure('parse and plan', () => engine.prepare(text(number++), { database: 'shop', view, binds }));
  const known = text(1);
  measure('found in the cache', () => engine.prepare(known, { database: 'shop', view, binds }));
  view.release();
} finally {
  await store.close();
  folder.remove();
}

/** Prints the first, the least and the middle time of many calls. */
function measure(name: string, work: () => unknown): void {
  const before = performance.now();
  work();
  const first = performance.now() - before;
  for (let run = 0; run < WARM_UP; run++) work();
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const show = (ms: number) => `${ms.toFixed(4)} ms`;
  const lines = text(0).trim().split('\n').length;
  console.log(
    `${name.padEnd(20)} ${lines} lines: first ${show(first)}, least ${show(times[0])}, median ${show(times[RUNS >> 1])}, 99 in 100 below ${show(times[Math.floor(RUNS * 0.99)])}`,
  );
}
