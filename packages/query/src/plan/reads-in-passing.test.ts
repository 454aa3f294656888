import assert from 'node:assert/strict';
import { QueryEngine } from '../query-engine.ts';
import { TestDatabase } from '../testing/test-database.ts';
import { readsInPassing } from './reads-in-passing.ts';

describe('reading in passing', () => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.open({ docs: { documents: [] } });
  });
  after(() => database.close());

  function passes(text: string): boolean {
    const view = database.database.snapshot();
    try {
      return readsInPassing(new QueryEngine().prepare(text, { database: 'test', view, binds: new Map() }).plan);
    } finally {
      view.release();
    }
  }

  it('is what filters, projections and groups do', () => {
    assert.ok(passes('FOR d IN docs FILTER d.a > 1 LET b = d.b LIMIT 10 RETURN {b, d}'));
    assert.ok(passes('FOR d IN docs COLLECT g = d.g AGGREGATE m = MAX(d.x) RETURN {g, m}'));
    assert.ok(passes('FOR i IN 1..3 FOR d IN docs RETURN DISTINCT d.a'));
  });

  it('is not what may keep documents by their place', () => {
    assert.ok(!passes('FOR d IN docs SORT d.a RETURN d'));
    assert.ok(!passes('FOR d IN docs SORT d.a LIMIT 3 RETURN d'));
    assert.ok(!passes('FOR d IN docs COLLECT g = d.g INTO members RETURN members'));
    assert.ok(!passes('FOR d IN docs FOR e IN docs FILTER e.a == d.b RETURN e'));
    assert.ok(!passes('FOR d IN docs LET n = (FOR e IN docs RETURN e) RETURN n'));
    assert.ok(!passes('FOR d IN docs RETURN RANK() OVER (ORDER BY d.a)'));
  });
});
