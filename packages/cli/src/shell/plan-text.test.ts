import assert from 'node:assert/strict';
import { planText } from './plan-text.ts';

describe('planText', () => {
  it('shows the steps in the order in which they run, with what is known of each', () => {
    const scan = {
      op: 'index',
      detail: 'p IN people through by_city',
      rows_estimated: 1,
      access: { bounds: "city == 'Bern'", filtered: 'p.age > 3' },
      indexes: [{ index: 'by_age', used: false, reason: 'not used: costs more' }],
    };
    const inner = { op: 'return', detail: '1', rows_estimated: 1 };
    const explanation = {
      plan: {
        op: 'return',
        detail: 'x',
        rows_estimated: 2,
        source: {
          op: 'let',
          detail: 'x = (RETURN 1)',
          rows_estimated: 2,
          subqueries: [{ runs: 'once', plan: inner }],
          source: scan,
        },
      },
      rewrites: ['index-selection'],
      advice: [{ collection: 'people', fields: ['age'], rows_read_now: 100, rows_read_then: 1 }],
      warnings: [],
    };
    assert.equal(
      planText(explanation),
      [
        'index p IN people through by_city  (about 1 row)',
        "    where city == 'Bern'",
        '    then p.age > 3',
        '    index by_age: not used: costs more',
        'let x = (RETURN 1)  (about 2 rows)',
        '  subquery, once:',
        '    return 1  (about 1 row)',
        'return x  (about 2 rows)',
        'advice: an index on people (age) would read about 1 row instead of 100',
        'rewrites: index-selection',
      ].join('\n'),
    );
  });

  it('shows what a run measured', () => {
    const plan = { op: 'return', detail: '1', rows_estimated: 1, rows: 1, ms: 0.5 };
    assert.equal(
      planText({ plan, rewrites: [], warnings: ['so it is'] }),
      'return 1  (1 row, 0.5 ms)\nwarning: so it is',
    );
  });
});
