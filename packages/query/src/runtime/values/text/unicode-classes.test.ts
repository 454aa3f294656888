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
  ] as const) {
    it(`${pattern} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
      assert.equal(matchesPattern(text, pattern), matches);
    });
  }

  it('leaves other patterns as they are', () => {
    for (const pattern of ['a+', '[a-z]\\.', '(?i)x']) assert.equal(unicodeClasses(pattern), pattern);
  });
});
