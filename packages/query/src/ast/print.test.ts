import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseQuery } from '../parser/parse-query.ts';
import { withoutSpans } from '../parser/without-spans.ts';
import { anyClauses, anyExpression } from '../testing/any-query.ts';
import { printExpression, printQuery } from './print.ts';
import type { Query } from './query.ts';

const span = { start: 0, end: 0 };

describe('printQuery', () => {
  it('prints what parses to the same expression', () => {
    fc.assert(
      fc.property(anyExpression, (tree) => {
        const printed = printExpression(tree);
        const [clause] = parseQuery(`RETURN ${printed}`).clauses;
        assert.deepEqual(
          withoutSpans(clause),
          { kind: 'return', expression: withoutSpans(tree), distinct: false },
          printed,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('prints what parses to the same query', () => {
    fc.assert(
      fc.property(anyClauses, (list) => {
        const query: Query = { kind: 'query', clauses: list, span };
        const printed = printQuery(query);
        assert.deepEqual(withoutSpans(parseQuery(printed)), withoutSpans(query), printed);
      }),
      { numRuns: 1000 },
    );
  });

  const numbers: [value: number | bigint, printed: string][] = [
    [1e21, '1000000000000000000000.0'],
    [1.5e-9, '0.0000000015'],
    [2 ** 53, '9007199254740992.0'],
    [2n ** 53n, '9007199254740992'],
    [0.1, '0.1'],
    [100, '100'],
  ];
  for (const [value, printed] of numbers) {
    it(`prints ${value} without an exponent`, () =>
      assert.equal(printExpression({ kind: 'literal', value, span }), printed));
  }
});
