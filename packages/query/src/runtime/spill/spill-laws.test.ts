import assert from 'node:assert/strict';
import { encodeValue, type Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { storedInteger } from '../../testing/stored-integer.ts';
import { TestDatabase, type TestObject } from '../../testing/test-database.ts';

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, true, false, 0, -0, 1, 2, 1.5, -3, 1e300, 'a', 'b', ''),
  fc.integer({ min: -5, max: 5 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 53n + 3n }),
  storedInteger,
  fc.string({ unit: 'grapheme', maxLength: 5 }),
  fc.constantFrom('long '.repeat(2_000), `${'long '.repeat(2_000)}!`, 'ä'.repeat(70_000)),
  fc.integer({ min: 0, max: 3 }).map((day) => new Date(day * 86_400_000)),
  fc.uint8Array({ maxLength: 3 }),
);
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('x', 'y', 'z'), scalar, { maxKeys: 3 }) },
);
const rows = fc.array(
  fc.record({ a: value, b: fc.constantFrom<Value>(0, 1, 2, 'x'), n: fc.integer() }).map((row): TestObject => row),
  { maxLength: 60 },
);

/** Queries over `rows` that gather, with every operator that may spill and everything that may stand in its rows. */
const queries: readonly string[] = [
  'SORT x.a RETURN x',
  'SORT x.a DESC RETURN x',
  'SORT x.b, x.a DESC RETURN [x.n, x.a]',
  'SORT x.b RETURN x.n',
  'SORT x.a SORT x.b RETURN x.n',
  'SORT x.b LIMIT 7 RETURN x',
  'SORT x.a LIMIT 3, 5 RETURN x.n',
  'SORT x.b DESC LIMIT 20, 100 RETURN x',
  'LET v = [x.a, x.b] SORT x.b FILTER x.n > 0 LIMIT 4 RETURN v',
  'COLLECT k = x.b RETURN k',
  'COLLECT k = x.a RETURN k',
  'COLLECT k = x.a, l = x.b RETURN [k, l]',
  'COLLECT k = x.a WITH COUNT INTO n RETURN [k, n]',
  'COLLECT k = x.b INTO g RETURN [k, g]',
  'COLLECT k = x.b INTO g RETURN [k, LENGTH(g), g[*].x.a]',
  'LET v = x.n COLLECT k = x.a INTO g KEEP v RETURN [k, g]',
  'COLLECT k = x.b AGGREGATE s = SUM(x.n), m = AVG(x.n * 0.1), c = COUNT(x.a), r = COUNT() RETURN [k, s, m, c, r]',
  'COLLECT k = x.a AGGREGATE lo = MIN(x.a), hi = MAX(x.b), d = STDDEV(x.n), v = VAR_SAMP(x.n) RETURN [k, lo, hi, d, v]',
  'COLLECT k = x.b AGGREGATE lo = MIN(x.a), hi = MAX(x.a) RETURN [k, lo, hi]',
  'COLLECT k = x.b AGGREGATE f = FIRST(x.a), l = LAST(x.a), p = PUSH(x.a) RETURN [k, f, l, p]',
  'COLLECT k = x.b AGGREGATE u = UNIQUE(x.a), s = SORTED_UNIQUE(x.a), d = COUNT_DISTINCT(x.a) RETURN [k, u, s, d]',
  'COLLECT k = x.b AGGREGATE m = MEDIAN(x.n), p = PERCENTILE(x.n, 30), s = SUM(x.n * 0.1), q = VARIANCE(x.n) RETURN [k, m, p, s, q]',
  'COLLECT k = x.a INTO g AGGREGATE n = LENGTH(x), p = PUSH(x.n), c = COUNT(), e = MAX(x.n) RETURN [k, n, p, c, e, g]',
  'COLLECT k = x.b AGGREGATE s = SUM(x.n) SORT s DESC RETURN [k, s]',
  'COLLECT k = x.a WITH COUNT INTO n SORT n DESC LIMIT 3 RETURN [k, n]',
  'LET r = (FOR y IN @rows FILTER y.b == x.b SORT y.a LIMIT 5 RETURN y.n) RETURN [x.n, r]',
  'LET r = (FOR y IN @rows FILTER y.b == x.b SORT y.a DESC RETURN y.n) SORT r, x.n RETURN r',
  'LET r = (FOR y IN @rows COLLECT k = y.a INTO g RETURN [k, LENGTH(g)]) LIMIT 3 RETURN r',
  'RETURN DISTINCT x.a',
  'RETURN SUM(x.n) OVER (PARTITION BY x.b ORDER BY x.n)',
];

const collectionQueries: readonly string[] = [
  'FOR x IN items SORT x.a RETURN x',
  'FOR x IN items SORT x.b DESC RETURN [x.n, x._key, x._rev]',
  'FOR x IN items SORT x.b, x.a LIMIT 5, 200 RETURN x',
  'FOR x IN items FOR y IN items FILTER x.b == y.a SORT y.n RETURN [x._key, y]',
  'FOR x IN items COLLECT k = x.b INTO g RETURN [k, g]',
  'FOR x IN items FOR y IN items FILTER y.a == x.b RETURN [x._key, y._key]',
  'FOR x IN items FOR y IN items FILTER y.a == x.a RETURN [x._key, y._key]',
  'FOR x IN items JOIN items ON items.a == x.a RETURN [x._key, items[*]._key]',
  'FOR x IN items LEFT JOIN items ON items.b == x.a RETURN [x._key, items[*]._key]',
  'FOR x IN items RIGHT JOIN items ON items.b == x.a RETURN [x == null, items._key]',
  'FOR x IN items FULL JOIN items ON items.b == x.a RETURN [x._key, items[*]._key]',
];

describe('spilling', function () {
  this.timeout(120_000);
  let database: TestDatabase;
  const seed = Number(process.env.CAIRN_SEED ?? Date.now() % 0x7fffffff);
  before(async () => {
    const documents = fc.sample(rows, { numRuns: 6, seed }).flat();
    const keyed = documents.map((row, index) => ({ ...row, _key: `k${String(index).padStart(4, '0')}` }));
    database = await TestDatabase.open({ items: { documents: keyed } });
  });
  after(() => database.close());

  async function answer(text: string, spillAfterBytes: number, binds: TestObject = {}): Promise<string[]> {
    const answers = await database.query(text, { binds, limits: { spillAfterBytes } });
    return answers.map((row) => Buffer.from(encodeValue(row)).toString('hex'));
  }

  it(`changes no answer, whatever the budget (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.constantFrom(...queries),
        fc.constantFrom(0, 500, 5_000),
        async (list, tail, budget) => {
          const text = `FOR x IN @rows ${tail}`;
          const binds = { rows: list };
          assert.deepEqual(
            await answer(text, budget, binds),
            await answer(text, Number.POSITIVE_INFINITY, binds),
            text,
          );
        },
      ),
      { numRuns: 400, seed },
    );
  });

  for (const text of collectionQueries) {
    it(`changes nothing in ${text} (seed ${seed})`, async () => {
      const expected = await answer(text, Number.POSITIVE_INFINITY);
      for (const budget of [0, 1_000, 20_000]) assert.deepEqual(await answer(text, budget), expected, `${budget}`);
    });
  }
});
