import assert from 'node:assert/strict';
import fc from 'fast-check';
import { QuerySyntaxError } from '../parser/query-syntax-error.ts';
import { completions } from './completions.ts';
import { diagnostics } from './diagnostics.ts';
import { format } from './format.ts';
import { hover } from './hover.ts';
import { sqlTokens } from './tokens/sql-tokens.ts';
import { tokens } from './tokens/tokens.ts';

const LENGTH_MAX = 8 * 1024;
const catalogue = { collections: ['c'], fields: () => [{ path: ['a'] }] };

/** All that an editor asks about a text. */
function ask(text: string): void {
  tokens(text);
  sqlTokens(text);
  completions(text, text.length, catalogue);
  completions(text, text.length >> 1, catalogue);
  diagnostics(text, catalogue);
  hover(text, text.length >> 1);
  try {
    format(text);
  } catch (error) {
    assert(error instanceof QuerySyntaxError, String(error));
  }
}

/** Repeats a piece up to the greatest length. */
const filled = (piece: string) => piece.repeat(Math.ceil(LENGTH_MAX / piece.length)).slice(0, LENGTH_MAX);

describe('the language service and hostile texts', function () {
  this.timeout(60_000);

  it('takes texts that do nothing but nest', () => {
    for (const piece of [
      '(',
      '[',
      '{a:',
      'f(',
      '1?1:',
      '1?',
      'NOT ',
      '-',
      'a.',
      'a[*]',
      '$"${',
      "$'${a}",
      '"\\',
      '`',
      'FOR a IN ',
      'FOR a IN (',
      'LET a=(FOR b IN ',
      'CASE WHEN ',
      'x->',
      'f(x->',
      'ANY x IN ',
      'a AND ',
      'a,',
      ')',
      'RETURN ',
      'FILTER ) ',
      '1?1:FILTER ',
      '( RETURN ',
      '--',
      '@',
      '¿',
      '\n',
      'INSERT {a: 1} INTO c ',
    ]) {
      ask(`RETURN ${filled(piece)}`);
    }
  });

  it('takes any text', () => {
    const word = fc.constantFrom(
      ...'FOR a IN c FILTER RETURN LET = ( ) [ ] { } , . : ? ; 1 "x" \' " ` $" ${ CASE WHEN THEN END -> |> COLLECT INTO OVER KEEP AND NOT ANY @x @@c -- \n ¿ 😀'.split(
        ' ',
      ),
    );
    const text = fc.oneof(
      fc.array(word, { maxLength: 60 }).map((words) => words.join(' ')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(fc.property(text, ask), { numRuns: 500 });
  });
});
