// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the language's own template strings are tested here
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { KEYWORDS } from '../lexer/keywords.ts';
import { PARSER_LIMITS } from './limits.ts';
import { parseQuery } from './parse-query.ts';
import { QuerySyntaxError } from './query-syntax-error.ts';

/** Parses, or fails as promised; anything else thrown fails the test. */
function outcome(text: string): string {
  try {
    parseQuery(text);
    return 'parsed';
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    const { line, column, offset } = error.details as { line: number; column: number; offset: number };
    assert.ok(line >= 1 && column >= 1 && offset >= 0 && offset <= text.length, error.message);
    assert.match(error.message, /^Parse error: (?!Parse error)/);
    return error.message;
  }
}

describe('parseQuery: hostile text', () => {
  const openings = [
    '(',
    '[',
    '{a:',
    'F(',
    'a[',
    'CASE ',
    'CASE WHEN ',
    '1 ? ',
    '1 ? 1 : ',
    '(FOR x IN ',
    'FOR x IN ',
    'F(x -> ',
    'F((x) -> ',
    'ANY x IN ',
    'ANY x IN y SATISFIES ',
    'a[* FILTER ',
    'a[* RETURN ',
    'x |> F(',
    'x |> F((',
    '- ',
    'NOT ',
    '1 + (',
    "$'${",
    'LET x = ',
    '[1, ',
    'F() OVER (ORDER BY ',
    '{a: [',
    '1 == ',
    'a.',
    'a ?? ',
    '1 .. ',
  ];
  for (const opening of openings) {
    it(`refuses 30,000 times ${opening}`, () =>
      assert.notEqual(outcome(`RETURN ${opening.repeat(30_000)}1`), 'parsed'));
  }

  const bracketPairs: [string, string][] = [
    ['(', ')'],
    ['[', ']'],
    ['{a:', '}'],
    ['F(', ')'],
    ['a[', ']'],
    ['CASE WHEN ', ' THEN 1 END'],
    ['x |> F(', ')'],
    ['F(x -> ', ')'],
    ['1 + (2 * (', '))'],
    ['a[* RETURN ', ']'],
    ['NOT (a OR (', '))'],
    ['ANY x IN y SATISFIES ', ''],
  ];
  for (const [open, close] of bracketPairs) {
    it(`nests ${open}${close} to the limit without running out of stack`, () => {
      const depth = Math.floor((PARSER_LIMITS.nestingMax - 1) / (open.split('(').length - 1 > 1 ? 2 : 1));
      assert.equal(outcome(`RETURN ${open.repeat(depth)}1${close.repeat(depth)}`), 'parsed');
      assert.match(outcome(`RETURN ${open.repeat(1000)}1${close.repeat(1000)}`), /nested more than 100 deep/);
    });
  }

  it('answers a caller with hardly any stack left as well', () => {
    const nested = `RETURN ${'F('.repeat(90)}1${')'.repeat(90)}`;
    let deepest = 0;
    const measure = (depth: number): void => {
      deepest = depth;
      measure(depth + 1);
    };
    assert.throws(() => measure(0), RangeError);
    const descend = (levels: number): string => (levels > 0 ? descend(levels - 1) : outcome(nested));
    assert.match(descend(Math.floor(deepest * 0.7)), /parsed|nested too deep/);
    assert.equal(outcome(nested), 'parsed');
  });

  it('bounds chains, whose trees are as high as they are long', () => {
    for (const [start, step] of [
      ['1', '+1'],
      ['a', '.b'],
      ['a', '[0]'],
      ['a', ' AND a'],
      ['x', ' |> F()'],
    ] as const) {
      assert.equal(outcome(`RETURN ${start}${step.repeat(300)}`), 'parsed', step);
      assert.match(outcome(`RETURN ${start}${step.repeat(5000)}`), /more than 500 steps in a chain/, step);
    }
  });

  it('takes long lists, which are flat', () => {
    assert.equal(outcome(`RETURN [${'1,'.repeat(20_000)}]`), 'parsed');
  });

  it('bounds the text, its tokens and nested templates', () => {
    assert.match(outcome(`RETURN '${'x'.repeat(PARSER_LIMITS.textLengthMax)}'`), /longer than/);
    assert.match(outcome(`RETURN [${'1,'.repeat(PARSER_LIMITS.tokensMax / 2)}]`), /more than 250000 words and signs/);
    assert.match(outcome(`RETURN ${"$'${".repeat(50)}1${"}'".repeat(50)}`), /nested more than 16 deep/);
  });

  it('does not read the rest again for each quote in it', () => {
    assert.match(outcome(`RETURN ${"'\\".repeat(400_000)}`), /no closing quote/);
    assert.match(outcome(`RETURN ${"$'{".repeat(300_000)}`), /more than 250000 words/);
  });

  it('answers any soup of tokens with a query or a place in the text', () => {
    const pieces = [
      ...KEYWORDS,
      'x',
      'users',
      'ALL',
      'NONE',
      'DISTINCT',
      'KEEP',
      'OPTIONS',
      'EXPLAIN',
      'BY',
      'CURRENT',
      '`q`',
      '1',
      '2.5',
      '3.',
      "'s'",
      '"t"',
      '@b',
      '@@c',
      "$'a${x}b'",
      '==',
      '!=',
      '<=',
      '<<',
      '>>',
      '=~',
      '!~',
      '~=',
      '+',
      '-',
      '*',
      '/',
      '%',
      '&&',
      '&',
      '||',
      '|',
      '|>',
      '^',
      '..',
      '.',
      '??',
      '?.',
      '?',
      '!',
      '~',
      '=',
      ',',
      ':',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '->',
      '\n',
      '-- c\n',
      '#',
      "'",
      '$',
      '\u00a0',
      'é',
      '😀',
    ];
    const soup = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(soup, (text) => void outcome(text)),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(soup, (text) => void outcome(`FOR u IN users RETURN ${text}`)),
      { numRuns: 2000 },
    );
  });

  it('answers any text at all with a query or a place in the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => void outcome(text)),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => void outcome(`RETURN ${text}`)),
      { numRuns: 2000 },
    );
  });
});
