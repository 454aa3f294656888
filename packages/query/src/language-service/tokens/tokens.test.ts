import assert from 'node:assert/strict';
import { tokens } from './tokens.ts';

const shown = (text: string) => tokens(text).map(({ kind, start, end }) => `${text.slice(start, end)} ${kind}`);

describe('tokens', () => {
  it('tells keywords from names by where they stand', () => {
    assert.deepEqual(shown('FOR all IN any RETURN {for: all.filter, distinct, n: FILTER(@x, y -> TRUE)} -- end'), [
      'FOR keyword',
      'all variable',
      'IN keyword',
      'any keyword',
      'RETURN keyword',
      '{ punctuation',
      'for attribute',
      ': punctuation',
      'all variable',
      '. punctuation',
      'filter attribute',
      ', punctuation',
      'distinct variable',
      ', punctuation',
      'n attribute',
      ': punctuation',
      'FILTER function',
      '( punctuation',
      '@x bind',
      ', punctuation',
      'y variable',
      '-> operator',
      'TRUE constant',
      ') punctuation',
      '} punctuation',
      '-- end comment',
    ]);
  });

  it('looks into template strings', () => {
    assert.deepEqual(shown('RETURN $"a ${u}"').slice(1), [
      '$" string',
      'a  string',
      '${ punctuation',
      'u variable',
      '} punctuation',
      '" string',
    ]);
  });

  it('goes on behind a mistake', () => {
    const found = shown('FOR u IN users FILTER u.age > SORT u.name RETURN (FOR x IN RETURN x) + u.sort ¿');
    assert.deepEqual(found.filter((text) => text.endsWith(' keyword')).length, 8);
    assert.deepEqual(found.slice(-2), ['sort attribute', '¿ invalid']);
  });

  it('takes a text that is still being typed', () => {
    assert.deepEqual(shown('RETURN "abc').at(-1), '"abc invalid');
    assert.deepEqual(shown('RETURN u.').at(-1), '. punctuation');
    assert.deepEqual(shown(''), []);
  });
});
