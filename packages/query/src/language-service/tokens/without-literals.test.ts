import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withoutLiterals } from './without-literals.ts';

describe('a text without literals', () => {
  it('keeps names and loses values and comments', () => {
    const pairs: [string, 'sdbql' | 'sql', string][] = [
      [
        "FOR u IN users FILTER u.name == 'Ann' AND u.age > 3.5 RETURN u",
        'sdbql',
        'FOR u IN users FILTER u.name == ? AND u.age > ? RETURN u',
      ],
      ['RETURN @x -- the password is swordfish\n + 1', 'sdbql', 'RETURN @x + ?'],
      ['RETURN $\'a ${ UPPER("b") } c\'', 'sdbql', "RETURN $'?${ UPPER(?) }?'"],
      [
        "SELECT * FROM t WHERE a = 'it''s' AND b = E'x\\'y' /* c */ AND d = $1",
        'sql',
        'SELECT * FROM t WHERE a = ? AND b = ? AND d = $1',
      ],
    ];
    for (const [text, language, shape] of pairs) assert.equal(withoutLiterals(text, language), shape);
  });

  it('is undefined for what is no text', () => {
    assert.equal(withoutLiterals("RETURN 'open"), undefined);
  });

  it('never shows what stood in quotes', () => {
    const quoted = fc.tuple(fc.constantFrom("'", '"'), fc.string({ unit: 'binary', maxLength: 8 }));
    fc.assert(
      fc.property(fc.array(quoted, { minLength: 1, maxLength: 5 }), (texts) => {
        const secret = 'swordfish';
        const literal = ([quote, text]: readonly [string, string]) =>
          `${quote}${text.replace(/[\\'"]/g, '\\$&')}${secret}${quote}`;
        const shape = withoutLiterals(`RETURN [${texts.map(literal).join(', ')}]`);
        assert.ok(shape === undefined || !shape.includes(secret), shape);
      }),
    );
  });
});
