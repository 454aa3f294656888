import assert from 'node:assert/strict';
import {
  CairnError,
  compareValues,
  isObject,
  setMember,
  type Value,
  type ValueObject,
  valuesEqual,
} from '@cairn/protocol/internal';
import { decodeDocument } from '@cairn/storage/internal';
import fc from 'fast-check';
import { compile, evaluate, ID_PREFIX, type StoredVariable, type Surroundings, type Way } from './evaluate.fixture.ts';
import { storeDocuments } from './stored-documents.fixture.ts';

const text = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'Oslo', 'größe', 'a%', '%b_', '\u{1f600}', '\u{ff5e}'),
  fc.string({ unit: 'grapheme', maxLength: 40 }).filter((sample) => sample.isWellFormed()),
);
const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(127, 128, 255, 256, 65536, 2 ** 40, -33, -129, 0.5, 1e20),
);
const large = fc.constantFrom(2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 60n) - 1n, 10n ** 19n);
const name = fc.constantFrom(
  'a',
  'b',
  'c',
  'abc',
  'a.b',
  '__proto__',
  'größe',
  'a_very_long_attribute_name_of_a_document',
);

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Value>(null, true, false),
    number,
    text,
    large,
    fc.date({ min: new Date(0), max: new Date(2 ** 41), noInvalidDate: true }),
    fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
    fc.array(tie('value'), { maxLength: 18 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 18 }).map(toObject),
  ),
})).value;

function toObject(members: readonly (readonly [string, Value])[]): ValueObject {
  const object: ValueObject = {};
  for (const [key, member] of members) setMember(object, key, member);
  return object;
}

const document = fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 8 }).map(toObject);

const path = fc
  .array(name, { minLength: 1, maxLength: 3 })
  .map((names) => ['u', ...names.map((attribute) => `\`${attribute}\``)].join('.'));
const operand = fc.oneof(
  { weight: 6, arbitrary: path },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'u',
      'u._key',
      'u._id',
      'u._rev',
      'u._created_at',
      "u['a']",
      "u['a.b']",
      'u.a[0]',
      'u.b[-1]',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom('@x', '@y') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'null',
      'true',
      '0',
      '1',
      '-2',
      '2.5',
      '128',
      "''",
      "'a'",
      "'Oslo'",
      "'größe'",
      '9007199254740993',
      '[1, 2]',
      '{a: 1}',
    ),
  },
);
const operator = fc.constantFrom(
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'IN',
  'NOT IN',
  'LIKE',
  '~=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '<<',
  'AND',
  'OR',
  '||',
  '??',
);

const expression: fc.Arbitrary<string> = fc.letrec<{ expression: string }>((tie) => {
  const part = tie('expression');
  return {
    expression: fc.oneof(
      { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
      operand,
      fc.tuple(part, operator, part).map(([left, sign, right]) => `(${left} ${sign} ${right})`),
      fc.tuple(path, operator, operand).map(([left, sign, right]) => `(${left} ${sign} ${right})`),
      fc.tuple(part, part, part).map(([condition, yes, no]) => `(${condition} ? ${yes} : ${no})`),
      fc.tuple(part, part).map(([first, second]) => `{p: ${first}, q: [${second}]}`),
      fc.tuple(part, part, part).map(([when, then, other]) => `(CASE WHEN ${when} THEN ${then} ELSE ${other} END)`),
      fc.tuple(path, part).map(([array, condition]) => `(ANY x IN ${array} SATISFIES x == ${condition})`),
      fc
        .tuple(path, part)
        .map(([array, projection]) => `${array}[* FILTER CURRENT != null RETURN [CURRENT, ${projection}]]`),
      part.map((inner) => `(NOT ${inner})`),
      part.filter((inner) => !/["'{}]/.test(inner)).map((inner) => `$"<\${${inner}}>"`),
    ),
  };
}).expression;

describe('expressions over stored documents', () => {
  it('answer what they answer over decoded documents', () => {
    fc.assert(
      fc.property(
        fc.array(document, { minLength: 1, maxLength: 10 }),
        expression,
        value,
        value,
        (documents, source, x, y) => {
          const places = storeDocuments(documents);
          for (const way of ['value', 'encode', 'condition'] as const) compareWays(source, places, { x, y }, way);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function compareWays(source: string, places: readonly StoredVariable[], binds: Record<string, Value>, way: Way): void {
  for (const u of places) {
    const decoded = decodeDocument(ID_PREFIX, u.bytes, u.record);
    const expected = attempt(source, { binds, variables: { u: decoded } }, way);
    const actual = attempt(source, { binds, stored: { u } }, way);
    assert.ok(valuesEqual(actual, expected), `${way} of ${source}: ${show(actual)} instead of ${show(expected)}`);
  }
}

/** The answer, or the error's code and message as a text. */
function attempt(source: string, surroundings: Surroundings, way: Way): Value {
  try {
    return evaluate(source, surroundings, way);
  } catch (error) {
    if (error instanceof CairnError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

function show(shown: Value): string {
  return JSON.stringify(shown, (_, member) => (typeof member === 'bigint' ? `${member}` : member));
}

/** Values next to each other in the order, of every width that their bytes may have. */
const neighbours: readonly Value[] = [
  null,
  false,
  true,
  ...[
    -1e300,
    -(2n ** 63n),
    -(2n ** 53n) - 1n,
    -65537,
    -129,
    -33,
    -32,
    -1,
    0,
    0.5,
    1,
    1.5,
    2,
    31,
    32,
    127,
    128,
    255,
    256,
  ],
  ...[
    65535,
    65536,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 40 + 0.5,
    2 ** 53 - 1,
    2n ** 53n,
    2n ** 53n + 1n,
    2n ** 63n,
    2 ** 63,
    1e20,
  ],
  ...['', 'a', 'aa', 'ab', 'b', 'größe', 'z'.repeat(31), 'z'.repeat(32), 'z'.repeat(300), '\u{ff5e}', '\u{1f600}'],
  new Date(0),
  new Date(1500),
  Buffer.from('a'),
  [],
  [1],
  [1, 2],
  [null],
  {},
  { a: 1 },
  { a: 1, b: [2] },
];

const meanings: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  '==': valuesEqual,
  '!=': (a, b) => !valuesEqual(a, b),
  '<': (a, b) => compareValues(a, b) < 0,
  '<=': (a, b) => compareValues(a, b) <= 0,
  '>': (a, b) => compareValues(a, b) > 0,
  '>=': (a, b) => compareValues(a, b) >= 0,
  IN: (a, b) => isIn(a, b),
  'NOT IN': (a, b) => !isIn(a, b),
};

function isIn(a: Value, b: Value): boolean {
  if (Array.isArray(b)) return b.some((element) => valuesEqual(element, a));
  return isObject(b) && typeof a === 'string' && Object.hasOwn(b, a);
}

describe('comparisons of a stored field', () => {
  const places = storeDocuments([{}, ...neighbours.map((a) => ({ first: 'x', a }))]);
  const fields: readonly Value[] = [null, ...neighbours];
  const stored = Object.fromEntries(places.map((place, index) => [`u${index}`, place]));

  for (const [sign, meaning] of Object.entries(meanings)) {
    it(`${sign} agrees with the order of values on each side, with constants, bind values and in lists`, () => {
      for (const other of neighbours) {
        const binds = { x: other, list: [{}, other], object: { ab: other } };
        for (const operand of ['@x', ...literalOf(other)]) {
          const right = `[${fields.map((_, index) => `u${index}.a ${sign} ${operand}`)}]`;
          const left = `[${fields.map((_, index) => `${operand} ${sign} u${index}.a`)}]`;
          assert.deepEqual(
            evaluate(right, { binds, stored }),
            fields.map((field) => meaning(field, other)),
            `${right} ${show(other)}`,
          );
          assert.deepEqual(
            evaluate(left, { binds, stored }),
            fields.map((field) => meaning(other, field)),
            `${left} ${show(other)}`,
          );
        }
        for (const container of ['list', 'object'] as const) {
          if (!sign.includes('IN')) continue;
          const lookUps = `[${fields.map((_, index) => `u${index}.a ${sign} @${container}`)}]`;
          assert.deepEqual(
            evaluate(lookUps, { binds, stored }),
            fields.map((field) => meaning(field, binds[container])),
          );
        }
      }
    });
  }
});

describe('LENGTH of a stored field', () => {
  it('is that of its value', () => {
    const values = [...neighbours, Array.from({ length: 20 }, () => 1), Array.from({ length: 70_000 }, () => 1)];
    const texts = ['é'.repeat(20), '\u{1f600}'.repeat(200), 'x'.repeat(70_000)];
    for (const a of [...values, ...texts, Buffer.alloc(300)]) {
      const [u] = storeDocuments([{ a }]);
      assert.equal(
        evaluate('LENGTH(u.a)', { stored: { u } }),
        evaluate('LENGTH(a)', { variables: { a } }),
        show(a).slice(0, 40),
      );
    }
  });
});

describe('compiling', () => {
  it('takes time in proportion to the text for comparisons inside of comparisons', () => {
    const [u] = storeDocuments([{ a: 1 }]);
    const wraps: readonly ((inner: string) => string)[] = [
      (inner) => `u.a == [${inner}]`,
      (inner) => `u.a != (${inner} ? 1 : 2) + 1`,
      (inner) => `[${inner}] == u.a`,
      (inner) => `[${inner}] IN u.a`,
      (inner) => `u._key == [${inner}]`,
      (inner) => `u[${inner}] ?? 1`,
      (inner) => `LENGTH(${inner}) > u.a`,
      (inner) => `(CASE ${inner} WHEN ${1} THEN 2 ELSE u.a END) < u.a`,
      (inner) => `{a: [${inner}]}.a == u.a`,
    ];
    for (const wrap of wraps) {
      let text = 'u.a';
      for (let depth = 0; depth < 40; depth++) text = wrap(`(${text})`.replace(/^\(u\.a\)$/, 'u.a'));
      for (const way of ['value', 'encode', 'condition'] as const) attempt(text, { stored: { u } }, way);
    }
  });
});

describe('the key', () => {
  it('is compared byte by byte', () => {
    const [u] = storeDocuments([{}]);
    const binds = { same: 'k1000', longer: 'k10000', other: 'k1001', number: 1000, list: ['k1000'] };
    for (const [text, expected] of [
      ["u._key == 'k1000'", true],
      ['u._key == @same', true],
      ['@same != u._key', false],
      ['u._key == @longer', false],
      ['u._key == @other', false],
      ['u._key != @number', true],
      ['u._key == @list', false],
      ['u._key == null', false],
      ['u._key IN @list', true],
      ["u._key > 'k0'", true],
    ] as const) {
      assert.equal(evaluate(text, { binds, stored: { u } }), expected, text);
    }
  });
});

describe('loops inside of a row', () => {
  it('see the fields of the stored document', () => {
    const [u] = storeDocuments([{ a: 3, list: [1, 2, 3], o: { p: 'x' } }]);
    for (const [text, expected] of [
      ['MAP(u.list, x -> x * u.a)', [3, 6, 9]],
      [
        'u.list[* FILTER CURRENT < u.a RETURN [CURRENT, u.o.p]]',
        [
          [1, 'x'],
          [2, 'x'],
        ],
      ],
      ['[u.o.p, ALL x IN u.list SATISFIES x <= u.a]', ['x', true]],
      ["false AND u.list ANY == u.a ? 1 : u.o['p']", 'x'],
      ['u.list ANY == u.a', true],
      ["CASE u.a WHEN 1 THEN 'one' WHEN LENGTH(u.list) THEN u.o END", { p: 'x' }],
    ] as const) {
      assert.deepEqual(evaluate(text, { stored: { u } }), expected, text);
      assert.deepEqual(evaluate(text, { stored: { u } }, 'encode'), expected, text);
    }
  });
});

/** The value as a constant of the language, where it can be written. */
function literalOf(literal: Value): string[] {
  if (literal === null || typeof literal === 'boolean' || typeof literal === 'bigint')
    return [`${literal}`].filter((text) => !/\d{19}/.test(text));
  if (typeof literal === 'number') return /e/.test(`${literal}`) || Math.abs(literal) > 2 ** 53 ? [] : [`${literal}`];
  if (typeof literal === 'string') return [`'${literal}'`];
  return Array.isArray(literal) ? [JSON.stringify(literal)] : [];
}

describe('the field finder', () => {
  it('finds fields in any order of asking, in documents of any shape', () => {
    const places = storeDocuments([
      { a: 1, b: 'two', c: [3], d: { e: { f: 4 } } },
      { d: { e: { f: 5 } }, c: [6], b: 'seven', a: 8 },
      { b: null, long: 'x'.repeat(70_000), a: 9 },
      {},
    ]);
    const answers = places.map((u) =>
      evaluate('[u.c, u.a, u.d.e.f, u.b, u.a, u.nothing]', { stored: { u } }, 'encode'),
    );
    assert.deepEqual(answers, [
      [[3], 1, 4, 'two', 1, null],
      [[6], 8, 5, 'seven', 8, null],
      [null, 9, null, null, 9, null],
      [null, null, null, null, null, null],
    ]);
  });

  it('finds names of every length among each other', () => {
    const names = Array.from({ length: 300 }, (_, index) => 'k'.repeat(index + 1));
    const [u] = storeDocuments([toObject(names.map((key, index) => [key, index]))]);
    for (const [index, key] of names.entries()) assert.equal(evaluate(`u.${key}`, { stored: { u } }), index);
  });

  it('does not take a value for a name', () => {
    const [u] = storeDocuments([{ x: 'a', y: ['a', 1], z: { a: 2 } }]);
    assert.equal(evaluate('u.a', { stored: { u } }), null);
  });

  it('reads system members from the record', () => {
    const [u] = storeDocuments([{ a: 1 }]);
    const whole = decodeDocument(ID_PREFIX, u.bytes, u.record) as ValueObject;
    assert.deepEqual(evaluate('[u._key, u._id, u._rev, u._created_at, u._updated_at]', { stored: { u } }), [
      whole._key,
      whole._id,
      whole._rev,
      whole._created_at,
      whole._updated_at,
    ]);
    assert.deepEqual(evaluate('u', { stored: { u } }, 'encode'), whole);
    assert.equal(evaluate("'_rev' IN u AND 'a' IN u AND 'b' NOT IN u", { stored: { u } }), true);
  });

  it('keeps its findings to one row', () => {
    const places = storeDocuments([{ a: 1 }, { b: 1 }, { a: 2 }]);
    const answers = places.map((u) => compile('u.a', 'value', { stored: { u } })());
    assert.deepEqual(answers, [1, null, 2]);
  });
});
