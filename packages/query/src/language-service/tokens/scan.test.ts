import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tokenize } from '../../lexer/tokenize.ts';
import { PARSER_LIMITS } from '../../parser/limits.ts';
import { scan } from './scan.ts';

const TEXTS = [
  'FOR u IN users FILTER u.age >= 3.5 AND u["a"] != null -- why\nRETURN u?.tags[*].name',
  "RETURN 'it\\'s' + \"a\\\\\" + `two words`.x + 1..5 + 2. + @a + @@b",
  'RETURN $"a ${ {x: $\'b ${1 + `c`} $$\'} } \\" d" |> LENGTH()',
  'RETURN a =~ b !~ c ~= d << 1 >> 2 ?? e || f && !g -> ~h ^ i & j | k',
  'RETURN größe_1 + _x + 東京 + distinct + All',
];

describe('scan', () => {
  it('finds the tokens of the lexer', () => {
    for (const text of TEXTS) {
      const expected = tokenize(text, PARSER_LIMITS).map(({ tokenType, startOffset }) => [tokenType.name, startOffset]);
      const found = scan(text).filter((piece) => piece.kind === 'token');
      assert.deepEqual(
        found.map(({ type, start }) => [type.name, start]),
        expected,
        text,
      );
    }
  });

  it('covers any text in order, blanks left out', () => {
    const piece = fc.constantFrom(
      '"',
      "'",
      '`',
      '$"',
      '${',
      '}',
      '--',
      '\n',
      '\\',
      '@',
      ' ',
      'FOR',
      'u',
      '.',
      '1',
      '¿',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        let at = 0;
        for (const { start, end } of scan(text)) {
          assert(end > start && start >= at, text);
          assert.equal(text.slice(at, start).trim(), '', text);
          at = end;
        }
        assert.equal(text.slice(at).trim(), '', text);
      }),
    );
  });
});
