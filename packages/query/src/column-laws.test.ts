import assert from 'node:assert/strict';
import type { Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { QueryEngine } from './query-engine.ts';
import { decodeRows, TestDatabase, type TestObject } from './testing/test-database.ts';

/** Queries of one run of the law; `CAIRN_LAW_QUERIES` asks for more. */
const QUERIES = Number(process.env.CAIRN_LAW_QUERIES ?? 600);
/** Queries and writes on one database. */
const STEPS = 50;
const KEYS = 120;

/** Each field has its own mixture, so that columns begin as codes, numbers or bytes, and have to change. */
const mixed: readonly Value[] = [
  ...[null, true, false, 0, 1, 2, 3, -1, 1.5, 255, 70_000, '', 'a', 'b', 'ab', 'é', 'x'.repeat(40)],
  ...[2n ** 62n, -(2n ** 60n), 2n ** 53n + 1n, 9_007_199_254_740_991, 1e300, -0.25],
  ...[new Date(0), new Date(86_400_000), new Uint8Array([1, 2]), new Uint8Array(300)],
  ...[[], [1], ['a', 2], [1, [2]], {}, { d: 1 }, { d: { e: 'a' } }],
];
const word = fc.constantFrom('Oslo', 'Rome', 'Lima', 'Kyoto');
const manyTexts = fc.nat(2000).map((number) => `text number ${number}`);
const field: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  few: word,
  small: fc.nat(9),
  number: fc.oneof(fc.integer({ min: -1000, max: 1_000_000 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
  text: manyTexts,
  mixed: fc.constantFrom(...mixed),
  mostlyNumber: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 0, max: 100_000 }) },
    { weight: 1, arbitrary: fc.constantFrom(...mixed) },
  ),
  nested: fc.oneof(fc.record({ a: fc.nat(300), b: word }, { requiredKeys: [] }), fc.constantFrom(...mixed)),
  list: fc.array(fc.oneof(fc.nat(5), word), { maxLength: 4 }),
};
const names = [...Object.keys(field), 'nested.a', 'nested.b', 'absent', '_key'];

const body = fc.record(field, { requiredKeys: [] }) as fc.Arbitrary<TestObject>;
const key = fc.nat(KEYS).map((number) => `k${String(number).padStart(3, '0')}`);

const literal = fc.oneof(
  ...['null', 'true', '0', '1', '3', '-1', '1.5', '100', '70000', "''", "'a'", "'Oslo'", "'text number 7'"].map(
    (text) => fc.constant(text),
  ),
  ...["'k050'", '[1]', '[]', '{d: 1}', '4611686018427387904', '9007199254740991', '@number', '@text', '@list'].map(
    (text) => fc.constant(text),
  ),
);
const binds: TestObject = { number: 3, text: 'Rome', list: ['Oslo', 2, null] };
const path = fc.constantFrom(...names).map((name) => `x.${name}`);
const sign = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');
const term: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(path, sign, literal).map(([p, s, v]) => `${p} ${s} ${v}`) },
  { weight: 1, arbitrary: fc.tuple(literal, sign, path).map(([v, s, p]) => `${v} ${s} ${p}`) },
  { weight: 2, arbitrary: fc.tuple(path, sign, path).map(([p, s, q]) => `${p} ${s} ${q}`) },
  { weight: 1, arbitrary: path },
  { weight: 1, arbitrary: path.map((p) => `NOT ${p}`) },
  { weight: 1, arbitrary: fc.tuple(literal, path).map(([v, p]) => `${v} IN ${p}`) },
  { weight: 1, arbitrary: fc.tuple(path, literal).map(([p, v]) => `${p} NOT IN [${v}, 1, 'Lima']`) },
  { weight: 1, arbitrary: path.map((p) => `LENGTH(${p}) > 1`) },
  { weight: 1, arbitrary: path.map((p) => `${p} * 2 > 3`) },
  { weight: 1, arbitrary: path.map((p) => `${p} LIKE '%o%'`) },
  { weight: 1, arbitrary: path.map((p) => `LOWER(${p}) == 'oslo'`) },
  { weight: 1, arbitrary: path.map((p) => `ANY e IN x.list SATISFIES e == ${p}`) },
);
const condition = fc.oneof(
  term,
  fc.tuple(term, term).map(([a, b]) => `${a} AND ${b}`),
  fc.tuple(term, term).map(([a, b]) => `(${a} OR ${b})`),
);
const optional = (clause: fc.Arbitrary<string>) => fc.option(clause, { nil: '' });
const filter = optional(condition.map((text) => `FILTER ${text}`));
const limit = optional(fc.tuple(fc.nat(3), fc.nat(15)).map(([offset, count]) => `LIMIT ${offset}, ${count}`));
const sortKeys = fc
  .array(fc.tuple(path, fc.constantFrom('', ' DESC')), { minLength: 1, maxLength: 2 })
  .map((keys) => keys.map(([p, direction]) => p + direction).join(', '));
const answer = fc.oneof(
  fc.tuple(path, path).map(([p, q]) => `{p: ${p}, q: ${q}}`),
  path,
  path.map((p) => `${p} ?? 'none'`),
  fc.tuple(path, path).map(([p, q]) => `[${p}, ${q} == null ? 1 : ${q}, x._id]`),
  fc.constantFrom('x', 'x._rev', 'MERGE(x, {more: x.small})', 'KEYS(x)'),
);
const aggregate = fc
  .tuple(fc.constantFrom('SUM', 'AVG', 'MIN', 'MAX', 'COUNT', 'COUNT_UNIQUE', 'UNIQUE'), path)
  .map(([name, p]) => `${name}(${p})`);
const query: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(filter, limit, answer).map(([f, l, a]) => `FOR x IN c ${f} ${l} RETURN ${a}`),
  fc.tuple(filter, filter, answer).map(([f, g, a]) => `FOR x IN c ${f} LET v = x.small ${g} RETURN [v, ${a}]`),
  fc.tuple(filter, sortKeys, limit, answer).map(([f, k, l, a]) => `FOR x IN c ${f} SORT ${k} ${l} RETURN ${a}`),
  fc.tuple(filter, limit, answer).map(([f, l, a]) => `FOR x IN c ${f} SORT x._key DESC ${l} RETURN ${a}`),
  fc.tuple(filter, path).map(([f, p]) => `FOR x IN c ${f} RETURN DISTINCT ${p}`),
  filter.map((f) => `FOR x IN c ${f} COLLECT WITH COUNT INTO n RETURN n`),
  fc
    .tuple(filter, path, aggregate, aggregate)
    .map(([f, p, a, b]) => `FOR x IN c ${f} COLLECT k = ${p} AGGREGATE a = ${a}, b = ${b} RETURN [k, a, b]`),
  fc
    .tuple(filter, path, path, aggregate)
    .map(([f, p, q, a]) => `FOR x IN c ${f} COLLECT k = ${p}, l = ${q} AGGREGATE a = ${a} RETURN [k, l, a]`),
  fc.tuple(filter, aggregate).map(([f, a]) => `FOR x IN c ${f} COLLECT AGGREGATE a = ${a} RETURN a`),
  fc
    .tuple(key, key, filter, answer)
    .map(([a, b, f, r]) => `FOR x IN c FILTER x._key >= '${a}' AND x._key < '${b}' ${f} RETURN ${r}`),
  fc
    .tuple(filter, path, filter)
    .map(([f, p, g]) => `FOR y IN [1, 'Oslo', null] FOR x IN c ${f} FILTER ${p} == y ${g} RETURN [y, ${p}]`),
  fc
    .tuple(filter, path, path)
    .map(
      ([f, p, q]) =>
        `FOR x IN c ${f} LET r = (FOR y IN c FILTER y.small == x.small LIMIT 2 RETURN y.few) RETURN [r, ${p}, ${q}]`,
    ),
  fc
    .tuple(filter, path, filter)
    .map(
      ([f, p, g]) =>
        `FOR x IN c ${f} RETURN [${p}, LENGTH((FOR y IN c FILTER y.small == x.small ${g.replaceAll('x.', 'y.')} RETURN y.few))]`,
    ),
  fc
    .tuple(filter, path, answer)
    .map(
      ([f, p, a]) =>
        `FOR x IN c ${f} RETURN [${a}, (FOR z IN c FILTER z.few == 'Oslo' SORT ${p.replace('x.', 'z.')} RETURN z.small)]`,
    ),
  fc
    .tuple(filter, fc.constantFrom('', 'LEFT', 'RIGHT', 'FULL'), path)
    .map(([f, type, p]) => `FOR x IN c ${f} ${type} JOIN c ON c.small == x.small AND c.few == x.few RETURN [${p}, c]`),
  fc.tuple(filter, path).map(([f, p]) => `FOR x IN c ${f} COLLECT k = ${p} INTO g RETURN [k, g[*].x._key]`),
  fc
    .tuple(filter, path, path)
    .map(([f, p, q]) => `FOR x IN c ${f} RETURN {p: ${p}, n: ROW_NUMBER() OVER (PARTITION BY ${q} ORDER BY ${p})}`),
);

type Step =
  | { readonly query: string }
  | { readonly put: readonly (readonly [string, TestObject])[] }
  | { readonly remove: readonly string[] };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: query.map((text) => ({ query: text })) },
  { weight: 1, arbitrary: fc.array(fc.tuple(key, body), { minLength: 1, maxLength: 4 }).map((put) => ({ put })) },
  { weight: 1, arbitrary: fc.array(key, { minLength: 1, maxLength: 3 }).map((remove) => ({ remove })) },
);

describe('laws of columns', function () {
  this.timeout(3_600_000);

  it(`columns change no answer, under writes and whatever their budget (${QUERIES} queries)`, async () => {
    const steps = fc.array(step, { minLength: STEPS, maxLength: STEPS });
    const documents = fc.array(fc.tuple(key, body), { minLength: KEYS, maxLength: 2 * KEYS });
    await fc.assert(
      fc.asyncProperty(
        documents,
        steps,
        fc.constantFrom(1 << 24, 150_000, 60_000, 9_000),
        async (first, rest, budgetBytes) => {
          const database = await TestDatabase.open({ c: { documents: [] } }, { blockMaxBytes: 1500 });
          try {
            const plain = new QueryEngine({ columns: { budgetBytes: 0 } });
            const columns = new QueryEngine({ columns: { budgetBytes, eager: true } });
            await put(database, first);
            for (const each of rest) {
              if ('put' in each) await put(database, each.put);
              else if ('remove' in each) await remove(database, each.remove);
              else assert.deepEqual(ask(database, columns, each.query), ask(database, plain, each.query), each.query);
            }
          } finally {
            await database.close();
          }
        },
      ),
      { numRuns: Math.ceil(QUERIES / (0.8 * STEPS)), endOnFailure: true },
    );
  });
});

/** Everything that can be told of a run, or its error. */
function ask(database: TestDatabase, engine: QueryEngine, text: string): unknown {
  const transaction = database.database.begin();
  try {
    const run = database.start(text, transaction, { engine, binds: onlyUsed(text) });
    const rows: Value[] = [];
    for (let done = false; !done; ) {
      const batch = run.next({ maxRows: 7 });
      // A copy, since bytes in rows are views and the next batch is written over this one.
      rows.push(...decodeRows(Buffer.from(batch.bytes), batch.rows));
      done = batch.done;
    }
    return { rows, warnings: run.warnings, scanned: run.statistics.scanned };
  } catch (error) {
    return String(error);
  } finally {
    transaction.rollback();
  }
}

function onlyUsed(text: string): TestObject {
  return Object.fromEntries(Object.entries(binds).filter(([name]) => text.includes(`@${name}`)));
}

async function put(database: TestDatabase, documents: readonly (readonly [string, TestObject])[]): Promise<void> {
  await database.put(
    'c',
    documents.map(([_key, document]) => ({ ...document, _key })),
  );
}

async function remove(database: TestDatabase, keys: readonly string[]): Promise<void> {
  await database.database.write((transaction) => {
    for (const name of keys) transaction.delete('c', name);
  });
}
