import type { Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import type { TestObject } from './test-database.ts';

/** Values on purpose alike: equal numbers, nulls, mixed types. */
const values: readonly Value[] = [
  null,
  true,
  0,
  1,
  2,
  3,
  5,
  8,
  1.5,
  -1,
  'a',
  'b',
  'ab',
  'ab\n',
  'abc',
  '',
  [1],
  [1, 2],
];
/** Values that entries of an index do not hold as documents do: members out of order, integers of 64 bits, dates, bytes. */
const odd: readonly Value[] = [
  ...[2n ** 62n, -(2n ** 60n), 2 ** 53, 1e300, -0, new Date(0), new Uint8Array([1, 2])],
  ...[{ z: 1, a: 2 }, [{ z: 1, a: [{ y: 1, x: 2 }] }], [2n ** 61n]],
];
/** What stands where an array is expected: arrays, objects (whose names IN looks at), and neither. */
const tags: readonly Value[] = [
  [],
  ['a'],
  ['a', 'b', 'a'],
  [1, null],
  [[1], 2],
  { a: 1, b: 2 },
  'a',
  null,
  [{ a: 1 }, 'ab'],
];
const fields = ['a', 'b', 'c.d', '_key'] as const;

export function documents(count: number, seed: number): TestObject[] {
  let state = seed;
  const next = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * limit);
  };
  return Array.from({ length: count }, (_, index) => {
    const document: TestObject = { _key: `k${String(index).padStart(3, '0')}`, b: next(4), n: index };
    if (next(5) > 0) document.a = next(6) === 0 ? odd[next(odd.length)] : values[next(values.length)];
    if (next(3) > 0) document.c = { d: values[next(values.length)] };
    if (next(4) > 0) document.tags = tags[next(tags.length)];
    return document;
  });
}

const literal = fc.oneof(
  fc.constantFrom(...values.map((value) => JSON.stringify(value))),
  fc.integer({ min: 0, max: 60 }).map((number) => `'k${String(number).padStart(3, '0')}'`),
);
const sign = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');
const field = fc.constantFrom(...fields);

const pattern = fc.constantFrom('a%', 'ab%', 'ab', 'a_', '%b', 'k00%', 'k0_1', '', '%', 'b%b');
const prefix = fc.constantFrom('a', 'ab', '', 'k00', 'k01', 'x');
const element = fc.constantFrom(
  (array: string, value: string) => `${value} IN ${array}`,
  (array: string, value: string) => `ANY t IN ${array} SATISFIES t == ${value}`,
  (array: string, value: string) => `ANY t IN ${array} SATISFIES ${value} == t AND t != 'b'`,
  (array: string, value: string) => `${array} ANY == ${value}`,
  (array: string, value: string) => `NOT (${value} IN ${array})`,
);

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
    { weight: 1, arbitrary: fc.tuple(name, field, pattern).map(([x, f, p]) => `${x}.${f} LIKE '${p}'`) },
    { weight: 1, arbitrary: fc.tuple(name, field, prefix).map(([x, f, p]) => `STARTS_WITH(${x}.${f}, '${p}')`) },
    {
      weight: 2,
      arbitrary: fc.tuple(name, element, literal).map(([x, shape, v]) => shape(`${x}.tags`, v)),
    },
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
  const anyOf = fc
    .array(
      fc.oneof(
        term,
        fc.tuple(term, term).map((terms) => `(${terms.join(' AND ')})`),
      ),
      { minLength: 2, maxLength: 3 },
    )
    .map((terms) => `(${terms.join(' OR ')})`);
  const joined = fc.tuple(term, fc.constantFrom('AND', 'OR'), term).map(([a, op, b]) => `(${a} ${op} ${b})`);
  return fc.oneof(
    term,
    term,
    either,
    anyOf,
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
  .tuple(
    fc.constantFrom('', 'LEFT', 'RIGHT', 'FULL'),
    fc.oneof(
      filter('x', 'right_side'),
      fc.constantFrom(
        'FILTER right_side.n == x.n',
        'FILTER x.a == right_side.a AND right_side.n > 3',
        'FILTER right_side._key == x._key',
        'FILTER right_side.b == x.b AND right_side.a == x.a + 1',
      ),
    ),
  )
  .map(
    ([type, on]) =>
      `FOR x IN left_side ${type} JOIN right_side ON ${on.slice('FILTER '.length)} RETURN [x == null ? null : x._key, IS_ARRAY(right_side) ? right_side[*]._key : right_side._key]`,
  );
const equalThenSorted = fc
  .tuple(fc.integer({ min: 0, max: 4 }), optional(filter('x')), fc.constantFrom('', ' DESC'), sortKeys('x'), limit)
  .map(
    ([b, more, direction, keys, rows]) =>
      `FOR x IN left_side FILTER x.b == ${b} ${more} SORT x.a${direction}, ${keys} ${rows} RETURN [x._key, x.a]`,
  );
const rangeThenSorted = fc
  .tuple(sign, literal, fc.constantFrom('', ' DESC'), optional(limit))
  .map(
    ([s, value, direction, rows]) =>
      `FOR x IN left_side FILTER x.a ${s} ${value} SORT x.a${direction} ${rows} RETURN [x._key, x.b]`,
  );
const covered = fc
  .tuple(fc.constantFrom('x.a', 'x.b', '[x.b, x.a]', 'x._id'), condition(['x']), fc.constantFrom('', 'DISTINCT '))
  .map(([what, where, distinct]) => `FOR x IN left_side FILTER ${where} RETURN ${distinct}${what}`);
const counted = fc
  .tuple(
    filter('x'),
    optional(filter('x')),
    fc.constantFrom('WITH COUNT INTO n', 'AGGREGATE n = COUNT(), m = MAX(x.a)'),
  )
  .map(([first, second, into]) => `FOR x IN left_side ${first} ${second} COLLECT ${into} RETURN n`);
const swapped = fc
  .tuple(optional(filter('x')), optional(filter('y')), filter('x', 'y'), fc.constantFrom('x.b', 'y.b', 'x.a'))
  .map(
    ([first, second, join, key]) =>
      `FOR x IN left_side FOR y IN right_side ${first} ${second} ${join} COLLECT k = ${key} AGGREGATE n = COUNT(), lo = MIN(y.n), hi = MAX(x.n) RETURN [k, n, lo, hi]`,
  );
const knownLate = fc
  .tuple(
    fc.oneof(
      literal,
      pattern.map((text) => `'${text}'`),
    ),
    fc.constantFrom(
      'x.a LIKE p',
      'STARTS_WITH(x.a, p)',
      'x.b == 1 AND x.a LIKE p',
      'x.c.d LIKE p',
      'x.a == p',
      'p IN x.tags',
    ),
    optional(filter('x')),
    optional(sortKeys('x').map((keys) => `SORT ${keys}`)),
    optional(limit),
  )
  .map(
    ([value, where, more, sort, rows]) =>
      `LET p = ${value} FOR x IN left_side FILTER ${where} ${more} ${sort} ${rows} RETURN [x._key, x.a]`,
  );
const filteredGroups = fc
  .tuple(optional(filter('x')), field, sign, literal, fc.constantFrom('', 'AND n > 1', 'AND n < 5'))
  .map(
    ([first, f, s, value, more]) =>
      `FOR x IN left_side ${first} COLLECT k = x.${f} AGGREGATE n = COUNT(), hi = MAX(x.n) FILTER k ${s} ${value} ${more} RETURN [k, n, hi]`,
  );
const distinctValues = fc
  .tuple(field, optional(filter('x')), optional(limit))
  .map(([f, where, rows]) => `FOR x IN left_side ${where} COLLECT k = x.${f} ${rows} RETURN k`);
const indexedValues = fc
  .tuple(optional(fc.tuple(sign, fc.nat(4)).map(([s, value]) => `FILTER x.b ${s} ${value}`)), optional(limit))
  .map(([where, rows]) => `FOR x IN left_side ${where} COLLECT k = x.b ${rows} RETURN k`);
const uncorrelated = fc
  .tuple(filter('y'), filter('x'))
  .map(
    ([inner, outer]) =>
      `FOR x IN left_side ${outer} LET r = (FOR y IN right_side ${inner} RETURN y.a) FILTER x.a IN r RETURN [x._key, LENGTH(r)]`,
  );
const constants = fc
  .tuple(
    filter('x'),
    fc.constantFrom('1 + 1 == 2', '1 > 2', "'a' == 'b' OR x.b == 1", 'NOT false', 'x.a == 1 + 1', 'x.a == 2 * 4'),
  )
  .map(([first, constant]) => `FOR x IN left_side ${first} FILTER ${constant} RETURN x._key`);

const hashed = fc
  .tuple(
    optional(filter('x')),
    fc.constantFrom('y.n == x.n', 'y.n == x.b', 'y._key == x._key', 'x._key == y._key AND x.a == y.a', 'x.a == y.c.d'),
    optional(filter('y')),
    optional(limit),
  )
  .map(
    ([first, join, second, rows]) =>
      `FOR x IN left_side ${first} FOR y IN right_side FILTER ${join} ${second} ${rows} RETURN [x._key, y._key]`,
  );
const firstOfAll = fc
  .tuple(field, fc.constantFrom('', ' DESC'), limit)
  .map(([f, direction, rows]) => `FOR x IN left_side SORT x.${f}${direction} ${rows} RETURN x._key`);

export const anyQuery = fc.oneof(
  { weight: 4, arbitrary: oneLoop },
  { weight: 2, arbitrary: sorted },
  { weight: 3, arbitrary: twoLoops },
  { weight: 1, arbitrary: grouped },
  { weight: 2, arbitrary: correlated },
  { weight: 1, arbitrary: joined },
  { weight: 1, arbitrary: equalThenSorted },
  { weight: 1, arbitrary: rangeThenSorted },
  { weight: 1, arbitrary: covered },
  { weight: 1, arbitrary: counted },
  { weight: 1, arbitrary: swapped },
  { weight: 2, arbitrary: knownLate },
  { weight: 1, arbitrary: filteredGroups },
  { weight: 1, arbitrary: distinctValues },
  { weight: 1, arbitrary: indexedValues },
  { weight: 1, arbitrary: uncorrelated },
  { weight: 1, arbitrary: constants },
  { weight: 1, arbitrary: hashed },
  { weight: 1, arbitrary: firstOfAll },
);
