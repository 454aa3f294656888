import assert from 'node:assert/strict';
import { parseQuery } from '../../parser/parse-query.ts';
import { mayThrow } from './may-throw.ts';

const expression = (text: string) => {
  const clause = parseQuery(`RETURN ${text}`).clauses[0];
  assert.equal(clause.kind, 'return');
  return clause.kind === 'return' ? clause.expression : assert.fail();
};

describe('mayThrow', () => {
  it('knows what answers for values of any type', () => {
    const safe = [
      '1',
      '@x',
      'x.a.b',
      'x[0]',
      'x[-1]',
      "x['a']",
      'x.a == 1 AND NOT x.b',
      'x.a ? [x.b] : {c: x.d}',
      '-1',
    ];
    for (const text of [...safe, 'LENGTH(x.a)', 'x.a ?? 1', 'CASE x.a WHEN 1 THEN 2 END']) {
      assert.ok(!mayThrow(expression(text)), text);
    }
    for (const text of safe) assert.ok(!mayThrow(expression(text), 'errors-and-limits'), text);
  });

  it('knows what refuses some values, wherever it stands', () => {
    const failing = ['x.a + 1', '-x.a', '~1', 'x[y]', 'x[true]', '1..x.a', 'UPPER(x.a)', '(FOR y IN x RETURN y)'];
    for (const text of [...failing, 'x.a == 1 AND x.b * 2 > 3', '[1, [x.a / 2]]', 'x.a[* LIMIT y]']) {
      assert.ok(mayThrow(expression(text)), text);
      assert.ok(mayThrow(expression(text), 'errors-and-limits'), text);
    }
  });

  it('counts the limits of a statement only for those who move expressions', () => {
    for (const text of [
      "x.a LIKE '%b'",
      "x.a =~ 'b+'",
      'ANY t IN x.a SATISFIES t == 1',
      'x.a[*].b',
      'x.a ANY == 1',
      '$"a ${x.b}"',
    ]) {
      assert.ok(!mayThrow(expression(text)), text);
      assert.ok(mayThrow(expression(text), 'errors-and-limits'), text);
    }
  });
});
