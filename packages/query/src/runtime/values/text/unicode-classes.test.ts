import assert from 'node:assert/strict';
import { matchesPattern } from './regular-expression.ts';
import { unicodeClasses } from './unicode-classes.ts';

describe('classes of regular expressions', () => {
  for (const [pattern, text, matches] of [
    ['^\\w+$', 'straße_é1', true],
    ['^\\W$', 'é', false],
    ['^[\\w-]+$', 'ä-ö', true],
    ['^[^\\w]$', 'ö', false],
    ['^\\s$', '\u3000', true],
    ['^\\S$', '\u3000', false],
    ['^[\\s]$', '\u0085', true],
    ['^\\d$', '९', true],
    ['^[[:digit:]\\w]+$', '१a', true],
    ['^[]\\d]+$', ']१', true],
    ['^\\\\d$', '\\d', true],
    ['^\\Q\\d\\E$', '\\d', true],
    ['\\bfoo\\b', 'a foo b', true],
    ['^[^\\W_]+$', 'éa1', true],
    ['^[^\\W_]+$', 'a_b', false],
    ['^[\\W]$', 'é', false],
    ['^[\\S]$', '\u3000', false],
    ['^[a-z&&[^aeiou]]+$', 'bcd', true],
    ['^[a-z&&[^aeiou]]+$', 'bad', false],
    ['^[a-z--[aeiou]]+$', 'bcd', true],
    ['^[\\w--\\d]+$', 'aé', true],
    ['^[\\w--\\d]+$', 'a1', false],
    ['^[a-g~~b-h]+$', 'ah', true],
    ['^[a-g~~b-h]$', 'c', false],
    ['^[a[0-9]_]+$', 'a1_', true],
    ['^[a&&b]$', 'a', false],
    ['^[[:alpha:]--a]$', 'b', true],
    ['^[]a--b]$', ']', true],
    ['^[a(){}|/.*-]+$', '(a)-{b}'.replace('b', 'a'), true],
    ['^\\u00e9\\u{1F600}\\U0001F601$', 'é😀😁', true],
    ['^[\\u00e0-\\u00ff]$', 'é', true],
    ['^\\p{Letter}\\p{Uppercase_Letter}$', 'éÉ', true],
    ['^\\p{Script=Greek}\\p{sc=Greek}\\p{Greek}$', 'αβγ', true],
    ['^\\P{gc=Decimal_Number}$', '1', false],
    ['^[\\p{Letter}\\p{Nd}]+$', 'é1', true],
    ['^[\\p{Greek}&&\\p{Lu}]$', 'Α', true],
    ['^[\\p{Greek}&&\\p{Lu}]$', 'α', false],
    ['^\\pL[^\\pN]$', 'éa', true],
    ['[', '[', false],
    ['[a', 'a', false],
    ['\\p{Nonsense}', 'a', false],
    ['[z-a]', 'b', false],
    ['^\\d[', '1', false],
  ] as const) {
    it(`${pattern} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
      assert.equal(matchesPattern(text, pattern), matches);
    });
  }

  it('writes out only so many classes', () => {
    const sets = (count: number) =>
      `^${[...'abcdefghijkl']
        .slice(0, count)
        .map((letter) => `[\\W${letter}]`)
        .join('')}`;
    assert.equal(matchesPattern('abcdefgh', sets(8)), true);
    assert.throws(() => unicodeClasses(sets(9)), SyntaxError);
    assert.equal(matchesPattern('abcdefghi', sets(9)), false);
  });

  it('leaves other patterns as they are', () => {
    for (const pattern of ['a+', '[a-z]\\.', '(?i)x']) assert.equal(unicodeClasses(pattern), pattern);
  });
});
