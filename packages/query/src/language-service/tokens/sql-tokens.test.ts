import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sqlTokens } from './sql-tokens.ts';

describe('sqlTokens', () => {
  it('classifies the pieces of a statement', () => {
    const text = `SELECT u.name, count(*) FROM "my users" u WHERE a = 'it''s' AND b > ? -- end`;
    assert.deepEqual(
      sqlTokens(text).map(({ kind, start, end }) => `${text.slice(start, end)} ${kind}`),
      [
        'SELECT keyword',
        'u variable',
        '. punctuation',
        'name attribute',
        ', punctuation',
        'count function',
        '( punctuation',
        '* operator',
        ') punctuation',
        'FROM keyword',
        '"my users" variable',
        'u variable',
        'WHERE keyword',
        'a variable',
        '= operator',
        "'it''s' string",
        'AND keyword',
        'b variable',
        '> operator',
        '? bind',
        '-- end comment',
      ],
    );
  });

  it('covers any text in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("'", '"', '-', '/', '*', '\n', 'a', ' ', '?', '😀') }), (text) => {
        let at = 0;
        for (const { start, end } of sqlTokens(text)) {
          assert(end > start, text);
          assert.equal(text.slice(at, start).trim(), '', text);
          at = end;
        }
        assert.equal(text.slice(at).trim(), '', text);
      }),
    );
  });
});
