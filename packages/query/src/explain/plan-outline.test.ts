import assert from 'node:assert/strict';
import { QueryEngine } from '../query-engine.ts';
import { TestDatabase } from '../testing/test-database.ts';
import { planOutline } from './plan-outline.ts';

describe('the outline of a plan', () => {
  it('names operators, collections and indexes, and no value', async () => {
    const documents = Array.from({ length: 200 }, (_, n) => ({ _key: `t${n}`, dept: `d${n}`, years: n }));
    const database = await TestDatabase.open({
      staff: { documents, indexes: [{ name: 'by_dept', fields: ['dept'] }] },
    });
    const outline = async (text: string) => {
      const view = database.database.snapshot();
      try {
        return planOutline(new QueryEngine().prepare(text, { database: 'test', view, binds: new Map() }).plan);
      } finally {
        view.release();
      }
    };
    assert.equal(
      await outline("FOR t IN staff FILTER t.dept == 'd7' AND t.years > 3 RETURN t.years"),
      'return t.years\nfilter t.dept == ? AND t.years > ?\nindex t IN staff through by_dept',
    );
    assert.match(
      await outline(
        "FOR t IN staff LET same = (FOR s IN staff FILTER s.years == t.years RETURN 'swordfish') RETURN same",
      ),
      /^return same\n.*\n {2}return \?\n/,
    );
    await database.close();
  });
});
