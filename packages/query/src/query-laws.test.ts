import assert from 'node:assert/strict';
import type { Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { rewrites } from './optimizer/optimizer.ts';
import { TestDatabase, type TestObject } from './testing/test-database.ts';

/** Values on purpose alike: equal numbers, nulls, mixed types. */
const values: readonly Value[] = [null, true, 0, 1, 2, 3, 5, 8, 1.5, -1, 'a', 'b', 'ab', '', [1], [1, 2]];
const fields = ['a', 'b', 'c.d', '_key'] as const;

function documents(count: number, seed: number): TestObject[] {
  let state = seed;
  const next = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * limit);
  };
  return Array.from({ length: count }, (_, index) => {
    const document: TestObject = { _key: `k${String(index).padStart(3, '0')}`, b: next(4), n: index };
    if (next(5) > 0) document.a = values[next(values.length)];
    if (next(3) > 0) document.c = { d: values[next(values.length)] };
    return document;
  });
}

const literal = fc.oneof(
  fc.constantFrom(...values.map((value) => JSON.stringify(value))),
  fc.integer({ min: 0, max: 60 }).map((number) => `'k${String(number).padStart(3, '0')}'`),
);
const sign = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');
const field = fc.constantFrom(...fields);

/** A condition over the documents `x` (and perhaps `y`): comparisons, IN, and things that fail for some rows. */
function condition(names: readonly string[]): fc.Arbitrary<string> {
  const name = fc.constantFrom(...names);
  const term = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(name, field, sign, literal).map(([x, f, s, v]) => `${x}.${f} ${s} ${v}`) },
    { weight: 1, arbitrary: fc.tuple(literal, sign, name, field).map(([v, s, x, f]) => `${v} ${s} ${x}.${f}`) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(name, field, fc.array(literal, { maxLength: 4 }))
        .map(([x, f, list]) => `${x}.${f} IN [${list.join(', ')}]`),
    },
    { weight: 1, arbitrary: fc.tuple(name, field).map(([x, f]) => `${x}.${f} * 2 > 3`) },
    { weight: 1, arbitrary: fc.tuple(name, field, sign, name).map(([x, f, s, y]) => `${x}.${f} ${s} ${y}.a + 1`) },
    { weight: 1, arbitrary: fc.tuple(name, field, literal).map(([x, f, v]) => `${x}.${f} == (${v} * 2)`) },
    {
      weight: 2,
      arbitrary: fc.tuple(name, field, sign, name, field).map(([x, f, s, y, g]) => `${x}.${f} ${s} ${y}.${g}`),
    },
  );
  const either = fc
    .tuple(name, field, fc.array(literal, { minLength: 2, maxLength: 3 }))
    .map(([x, f, list]) => `(${list.map((value) => `${x}.${f} == ${value}`).join(' OR ')})`);
  const joined = fc.tuple(term, fc.constantFrom('AND', 'OR'), term).map(([a, op, b]) => `(${a} ${op} ${b})`);
  return fc.oneof(
    term,
    term,
    either,
    joined,
    fc.tuple(term, term, term).map((terms) => terms.join(' AND ')),
  );
}

const sortKeys = (name: string) =>
  fc
    .array(fc.tuple(field, fc.constantFrom('', ' DESC')), { minLength: 1, maxLength: 3 })
    .map((keys) => keys.map(([f, direction]) => `${name}.${f}${direction}`).join(', '));
const limit = fc.oneof(
  fc.nat(12).map((count) => `LIMIT ${count}`),
  fc.tuple(fc.nat(5), fc.nat(12)).map(([offset, count]) => `LIMIT ${offset}, ${count}`),
);
const optional = (clause: fc.Arbitrary<string>) => fc.option(clause, { nil: '' });
const filter = (...names: string[]) => condition(names).map((text) => `FILTER ${text}`);

const oneLoop = fc
  .tuple(
    optional(filter('x')),
    fc.constantFrom('', 'LET v = x.a'),
    optional(filter('x')),
    optional(sortKeys('x').map((k) => `SORT ${k}`)),
    optional(limit),
    optional(filter('x')),
  )
  .map(
    ([first, assignment, second, sort, rows, last]) =>
      `FOR x IN left_side ${first} ${assignment} ${second} ${sort} ${rows} ${last} RETURN [x._key, x.a]`,
  );
const sorted = fc
  .tuple(optional(sortKeys('x').map((keys) => `SORT ${keys}`)), sortKeys('x'), optional(limit), optional(filter('x')))
  .map(([first, keys, rows, last]) => `FOR x IN left_side ${first} SORT ${keys} ${rows} ${last} RETURN [x._key, x.a]`);
const twoLoops = fc
  .tuple(optional(filter('x')), optional(limit), filter('x', 'y'), optional(filter('y')), optional(limit))
  .map(
    ([first, rows, join, second, last]) =>
      `FOR x IN left_side ${first} ${rows} FOR y IN right_side ${join} ${second} ${last} RETURN [x._key, y._key]`,
  );
const grouped = fc
  .tuple(optional(filter('x')), field, optional(limit))
  .map(
    ([first, f, last]) =>
      `FOR x IN left_side ${first} COLLECT k = x.${f} AGGREGATE n = COUNT(), s = SUM(x.n), lo = MIN(x.a), hi = MAX(x.a) ${last} RETURN [k, n, s, lo, hi]`,
  );
const correlated = fc
  .tuple(optional(filter('x')), filter('x', 'y'), optional(sortKeys('y').map((k) => `SORT ${k}`)), optional(limit))
  .map(
    ([first, join, sort, rows]) =>
      `FOR x IN left_side ${first} LET r = (FOR y IN right_side ${join} ${sort} ${rows} RETURN y._key) RETURN [x._key, r]`,
  );
const joined = fc
  .tuple(fc.constantFrom('', 'LEFT', 'RIGHT', 'FULL'), filter('x', 'right_side'))
  .map(
    ([type, on]) =>
      `FOR x IN left_side ${type} JOIN right_side ON ${on.slice('FILTER '.length)} RETURN [x == null ? null : x._key, IS_ARRAY(right_side) ? right_side[*]._key : right_side._key]`,
  );
const anyQuery = fc.oneof(
  { weight: 4, arbitrary: oneLoop },
  { weight: 2, arbitrary: sorted },
  { weight: 3, arbitrary: twoLoops },
  { weight: 1, arbitrary: grouped },
  { weight: 2, arbitrary: correlated },
  { weight: 1, arbitrary: joined },
);

describe('laws of planning', function () {
  this.timeout(120_000);
  let indexed: TestDatabase;
  let plain: TestDatabase;
  before(async () => {
    const left = documents(60, 1);
    const right = documents(40, 2);
    const indexes = [
      { name: 'by_a', fields: ['a'] },
      { name: 'by_b_a', fields: ['b', 'a'] },
      { name: 'by_c_d', fields: ['c.d'], sparse: true },
    ];
    indexed = await TestDatabase.open({
      left_side: { documents: left, indexes },
      right_side: { documents: right, indexes },
    });
    plain = await TestDatabase.open({ left_side: { documents: left }, right_side: { documents: right } });
  });
  after(async () => {
    await indexed.close();
    await plain.close();
  });

  it('no rewrite and no index changes an answer', async () => {
    const all = rewrites.map((rewrite) => rewrite.name);
    await fc.assert(
      fc.asyncProperty(anyQuery, fc.subarray(all), async (query, disabled) => {
        const expected = await plain.query(query, { disabled: all });
        assert.deepEqual(await indexed.query(query), expected, 'with indexes');
        assert.deepEqual(await plain.query(query), expected, 'without indexes');
        assert.deepEqual(await indexed.query(query, { disabled }), expected, `without ${disabled.join()}`);
      }),
      { numRuns: 400 },
    );
  });

  it('the size of batches changes no answer', async () => {
    await fc.assert(
      fc.asyncProperty(anyQuery, fc.integer({ min: 1, max: 7 }), async (query, maxRows) => {
        assert.deepEqual(await indexed.query(query, { maxRows }), await indexed.query(query));
      }),
      { numRuns: 100 },
    );
  });
});
