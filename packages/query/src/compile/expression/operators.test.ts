import assert from 'node:assert/strict';
import { CairnError, type Value } from '@cairn/protocol/internal';
import { ExpressionError } from '../../runtime/values/expression-error.ts';
import { evaluate } from './evaluate.fixture.ts';

/** What each text answers; an error where the answer is `ExpressionError`. */
const families: Readonly<Record<string, readonly (readonly [string, Value | typeof ExpressionError])[]>> = {
  literals: [
    ['[1, 2.5, -3, null, true]', [1, 2.5, -3, null, true]],
    ["{a: 1, 'b c': {d: []}}", { a: 1, 'b c': { d: [] } }],
    ['{a: 1, a: 2}', { a: 2 }],
    ['9007199254740993', 9007199254740993n],
    ['-9223372036854775807', -9223372036854775807n],
  ],
  arithmetic: [
    ['1 + 2 * 3', 7],
    ['7 / 2', 3.5],
    ['1 / 0', null],
    ['0 % 0', null],
    ['-7 % 3', -1],
    ['5.5 % 2', 1.5],
    ["'a' + 'b'", 'ab'],
    ["'a' + 1", ExpressionError],
    ['null + 1', ExpressionError],
    ['true * 1', ExpressionError],
    ["-'a'", ExpressionError],
    ['9007199254740993 - 0', 9007199254740992],
  ],
  bits: [
    ['5 & 3', 1],
    ['5 | 3', 7],
    ['5 ^ 3', 6],
    ['~5', -6],
    ['1 << 62', 4611686018427387904n],
    ['1 << 63', -9223372036854775808n],
    ['1 << 64', 1],
    ['-8 >> 1', -4],
    ['4611686018427387905 & 1', 1],
    ['5.9 & 7', 5],
    ["'a' & 1", ExpressionError],
    ['~null', ExpressionError],
  ],
  order: [
    ['null < false', true],
    ['true < -1', true],
    ["1e0 < 'a'", ExpressionError],
    ["99 < ''", true],
    ["'z' < []", true],
    ['[9] < {}', true],
    ['[1, 2] < [1, 2, 0]', true],
    ["'\u{ff5e}' < '\u{1f600}'", true],
    ['9007199254740993 > 9007199254740992', true],
    ['1 == 1.0', true],
    ['[{a: 1, b: 2}] == [{b: 2.0, a: 1}]', true],
    ["1 == '1'", false],
    ['1 != null', true],
  ],
  logic: [
    ['1 AND []', true],
    ["'' OR 0", false],
    ["NOT ''", true],
    ["'' || 'b'", 'b'],
    ['0 ?? 1', 0],
    ['null ?? 1', 1],
    ["false AND (1 + 'a')", false],
    ["true OR (1 + 'a')", true],
    ["1 || (1 + 'a')", 1],
    ["1 ?? (1 + 'a')", 1],
    ["true ? 1 : (1 + 'a')", 1],
    ['{} ? 1 : 2', 1],
  ],
  membership: [
    ['1.0 IN [3, 1]', true],
    ['[1] IN [[2], [1.0]]', true],
    ['9007199254740993 IN [9007199254740992]', false],
    ["'a' IN {a: null}", true],
    ["'toString' IN {a: 1}", false],
    ['1 IN null', false],
    ['1 NOT IN 5', true],
    ['2 IN 1..3', true],
  ],
  patterns: [
    ["'apple' LIKE 'a%le'", true],
    ["'apple' LIKE 'a____'", true],
    ["'a\nb' LIKE 'a%b'", false],
    ["'a\nb' LIKE 'a%'", false],
    ["'👍' LIKE '_'", true],
    ["'aXbXc' LIKE '%X_'", true],
    ["'50%' LIKE '50%'", true],
    ["null LIKE '%'", true],
    ["'a' NOT LIKE 'b%'", true],
    ["'größe' =~ '^\\\\w+$'", true],
    ["'٣' =~ '^\\\\d$'", true],
    ["'a.b' =~ '^[\\\\w.]+$'", true],
    ["'x' =~ '('", false],
    ["'x' !~ '('", false],
    ["'x' !~ 'y'", true],
    ["5 =~ '^$'", true],
    ["'apple' ~= 'appel'", true],
    ["'' ~= 'abc'", false],
    ["'naïve👍' ~= 'naive'", true],
  ],
  access: [
    ['{a: {b: 2}}.a.b', 2],
    ['{a: 1}?.b?.c', null],
    ['[1, 2, 3][-1]', 3],
    ['[1, 2][2]', null],
    ['[1, 2][1.9]', 2],
    ["'abc'[0]", null],
    ["{'1': 'x'}[1]", 'x'],
    ["{'a.b': 1, a: {b: 2}}['a.b']", 1],
    ["{a: {b: 2}}['a.b']", 2],
    ["{}['toString']", null],
    ['{}.__proto__', null],
    ['{__proto__: 5}.__proto__', 5],
    ['[1][true]', ExpressionError],
  ],
  ranges: [
    ['1..3', [1, 2, 3]],
    ['3..1', []],
    ['-1..1', [-1, 0, 1]],
    ["'a'..3", ExpressionError],
    ['null..3', ExpressionError],
  ],
  expansions: [
    ['[[1], 2, [3, [4]]][*]', [1, 2, 3, [4]]],
    ['[{x: 1}, {y: 2}][*].x', [1, null]],
    ['5[*]', []],
    ['[1, 2, 3, 4][* FILTER CURRENT > 1 LIMIT 1, 2 RETURN CURRENT * 10]', [30, 40]],
    ["[1, 'a', null, 3][* FILTER CURRENT * 2 > 2 LIMIT 1 RETURN CURRENT]", [3]],
    ["[1, 'a'][* FILTER NOT (CURRENT + 1 > 5)]", [1]],
    ['[1, 2][* LIMIT 0]', []],
    ['[[1], [2]][* FILTER true]', [[1], [2]]],
    ['[1][* LIMIT 0.5]', ExpressionError],
  ],
  quantifiers: [
    ['ANY x IN [1, 2] SATISFIES x > 1', true],
    ['ALL x IN [] SATISFIES false', true],
    ['NONE x IN [0, 1]', false],
    ['ANY x IN null SATISFIES true', false],
    ['[1, 2] ANY > 1', true],
    ['[1, 2] ALL == 1', false],
    ['[1, 2] NONE IN [3]', true],
    ['ANY x IN [[1], [2]] SATISFIES ALL y IN x SATISFIES y == 2', true],
  ],
  cases: [
    ["CASE 2 WHEN 1 THEN 'a' WHEN 2.0 THEN 'b' END", 'b'],
    ["CASE WHEN [] THEN 'a' ELSE 'b' END", 'a'],
    ['CASE WHEN false THEN 1 END', null],
    ["CASE null WHEN null THEN 'n' END", 'n'],
    ["CASE WHEN true THEN 1 WHEN 1 + 'a' THEN 2 END", 1],
  ],
  templates: [
    [`$'\${1}\${2.50}\${null}\${true}'`, '12.5nulltrue'],
    [`$'\${ {b: [1, -0.0], a: "x"} }'`, '{"a":"x","b":[1,0]}'],
    [`$'\${1000000 * 1000000 * 1000000 * 1000}'`, '1e+21'],
  ],
};

describe('operators', () => {
  for (const [family, cases] of Object.entries(families)) {
    describe(family, () => {
      for (const [text, expected] of cases) {
        if (expected === ExpressionError) {
          it(`${text} fails`, () => assert.throws(() => evaluate(text), CairnError));
          continue;
        }
        it(text, () => {
          assert.deepEqual(evaluate(text), expected);
          assert.deepEqual(evaluate(text, {}, 'encode'), expected);
          assert.equal(evaluate(text, {}, 'condition'), !!expected);
        });
      }
    });
  }

  it('names the values and the place of a failed operator', () => {
    assert.throws(() => evaluate("1 + 'a'"), {
      code: 'invalid_argument',
      message: 'Cannot add a number and a string',
      details: { start: 7, end: 14 },
    });
  });

  it('refuses results that are no numbers', () => {
    const large = 10 ** 200;
    assert.throws(() => evaluate('@x * @x', { binds: { x: large } }), { code: 'invalid_argument' });
  });

  it('refuses ranges that would fill the memory', () => {
    assert.throws(() => evaluate('1..1000000000'), { code: 'limit_exceeded' });
  });

  it('refuses texts that would fill the memory', () => {
    const double = (step: string) => `REDUCE(1..40, (text, n) -> ${step}, 'a')`;
    for (const step of ['text + text', `$'\${text}\${text}'`]) {
      assert.throws(() => evaluate(double(step)), { code: 'limit_exceeded' });
    }
    const shared = 'REDUCE(1..60, (list, n) -> [list, list], 1)';
    assert.throws(() => evaluate(`$"<\${${shared}}>"`), { code: 'limit_exceeded' });
    assert.throws(() => evaluate(shared, {}, 'encode'), { code: 'limit_exceeded' });
  });

  it('checks the deadline in long loops', () => {
    let checks = 0;
    const surroundings = { checkpoint: () => void checks++ };
    assert.equal(evaluate('LENGTH((1..5000)[* FILTER CURRENT % 2 == 0])', surroundings), 2500);
    assert.ok(checks >= 4, `${checks}`);
  });

  it('takes time in proportion to the text for patterns that make others explode', () => {
    const text = `${'a'.repeat(5000)}b`;
    assert.equal(evaluate("@t =~ '^(a+)+$'", { binds: { t: text } }), false);
    assert.equal(evaluate("@t LIKE '%a%a%a%a%a%c'", { binds: { t: text } }), false);
  });
});

describe('bind values', () => {
  const binds = { n: 5, list: [1, 'a', [2]], map: { k: 1 }, none: null };
  for (const [text, expected] of [
    ['@n + 1', 6],
    ["'a' IN @list", true],
    ['[2.0] IN @list', true],
    ["'k' IN @map", true],
    ['1 IN @none', false],
    ['@none ?? @n', 5],
    ['@list[1]', 'a'],
    ['@map.k', 1],
  ] as const) {
    it(text, () => assert.deepEqual(evaluate(text, { binds }), expected));
  }
});

describe('unsigned integers', () => {
  it('keep their bits', () => {
    const binds = { all: 2n ** 64n - 1n };
    assert.equal(evaluate('@all & 255', { binds }), 255);
    assert.equal(evaluate('@all & @all', { binds }), binds.all);
    assert.equal(evaluate('@all > 9223372036854775807', { binds }), true);
  });
});

describe('calls', () => {
  it('hands lambdas over, which see the variables around them', () => {
    assert.deepEqual(evaluate('MAP([1, 2], x -> x * f)', { variables: { f: 3 } }), [3, 6]);
    assert.deepEqual(
      evaluate('[1, 2, 3] |> FILTER(x -> ANY y IN ys SATISFIES y == x)', { variables: { ys: [2, 3] } }),
      [2, 3],
    );
  });

  it('knows unknown names and wrong counts before anything runs', () => {
    assert.throws(() => evaluate('false AND NOSUCH(1)'), { code: 'invalid_argument', message: /NOSUCH/ });
    assert.throws(() => evaluate('false AND LENGTH()'), { code: 'invalid_argument', message: /LENGTH/ });
    assert.throws(() => evaluate('x -> 1'), CairnError);
  });

  it('does not let the text into the code', () => {
    const name = "a'];globalThis.leak=1;['";
    const text = `{\`${name}\`: $"\`+globalThis.leak+\`"}.\`${name}\``;
    assert.equal(evaluate(text), '`+globalThis.leak+`');
    assert.equal('leak' in globalThis, false);
  });
});
