import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseQuery } from '../parser/parse-query.ts';
import { diagnostics } from './diagnostics.ts';

const catalogue = { collections: ['users'], fields: () => [] };
const found = (text: string) =>
  diagnostics(text, catalogue).map(
    ({ offset, length, message }) => `${text.slice(offset, offset + length)}: ${message}`,
  );

describe('diagnostics', () => {
  it('finds nothing in what can be planned', () => {
    assert.deepEqual(
      found('FOR u IN users FILTER u.age > @min COLLECT c = u.city INTO g RETURN {c, n: LENGTH(g)}'),
      [],
    );
    assert.deepEqual(found('FOR u IN @@any RETURN RANK() OVER (ORDER BY u.age)'), []);
    assert.deepEqual(diagnostics('FOR u IN anywhere RETURN u'), []);
  });

  it('says all that the planner says, each at its place', () => {
    assert.deepEqual(found('FOR u IN nowhere FILTER x > y RETURN UPPER()'), [
      "nowhere: Collection 'nowhere' not found",
      "x: Variable 'x' not found",
      "y: Variable 'y' not found",
      'UPPER(): UPPER: takes 1 argument, got 0',
    ]);
    assert.deepEqual(found('FOR u IN users COLLECT AGGREGATE a = NOPE(u.x) RETURN (FOR i IN [1] RETURN b)'), [
      'a = NOPE(u.x): Unknown aggregate function: NOPE',
      "b: Variable 'b' not found",
    ]);
  });

  it('counts lines from one and columns in code points', () => {
    const [only] = diagnostics('RETURN [\n"😀", nope]', catalogue);
    assert.deepEqual(only, {
      code: 'not_found',
      message: "Variable 'nope' not found",
      line: 2,
      column: 6,
      offset: 15,
      length: 4,
    });
  });

  it('finds several mistakes of syntax', () => {
    assert.deepEqual(found('FOR u IN users FILTER u.age > SORT u.name FILTER (u.a == ) RETURN NOPE(u, x)'), [
      "SORT: Parse error: expected an expression after '>', found SORT",
      "): Parse error: expected an expression after '==', found ')'",
      'NOPE(u, x): Unknown function: NOPE',
    ]);
    assert.equal(found('FOR u IN users FILTER u.a == 1 )) FILTER u.b = 2 RETURN u').length, 3);
    assert.deepEqual(found('RETURN "abc'), ['"abc: Parse error: this string has no closing quote']);
    assert.deepEqual(found('').length, 1);
  });

  it('says of streams and views that they are not available yet', () => {
    for (const text of ['CREATE STREAM s AS FOR u IN users RETURN u', 'REFRESH MATERIALIZED VIEW v']) {
      assert(found(text)[0].endsWith('are not available yet'), text);
    }
  });

  it('has something to say of every text that does not parse, and survives all texts', () => {
    const words = fc.constantFrom(
      ...'FOR u IN users FILTER RETURN LET a = ( ) [ ] { } , . : 1 "x" UPPER( CASE WHEN END -> |> COLLECT INTO OVER $"a${ ¿ @x @@c -- \n'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 25 }), (parts) => {
        const text = parts.join(' ');
        const problems = diagnostics(text, catalogue);
        try {
          parseQuery(text);
        } catch {
          assert(problems.length > 0, text);
        }
      }),
      { numRuns: 500 },
    );
  });
});
