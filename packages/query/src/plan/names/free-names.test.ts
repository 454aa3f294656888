import assert from 'node:assert/strict';
import { TestDatabase } from '../../testing/test-database.ts';

/** Rows that are gathered keep what is read behind; these queries read an outer variable that an inner one hides for a while. */
describe('variables of a row that is kept', () => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.open({ items: { documents: [] } });
  });
  after(() => database.close());

  it('show again in a subquery behind its COLLECT', async () => {
    const text = 'FOR x IN [5] SORT x RETURN (FOR x IN [1, 2] COLLECT k = x RETURN [k, x])';
    assert.deepEqual(await database.query(text), [
      [
        [1, 5],
        [2, 5],
      ],
    ]);
  });

  it('are what INTO … KEEP of a subquery names', async () => {
    const text = 'FOR x IN [5] SORT x RETURN (FOR y IN [1, 2] COLLECT k = y INTO g KEEP x RETURN [k, g[0].x])';
    assert.deepEqual(await database.query(text), [
      [
        [1, 5],
        [2, 5],
      ],
    ]);
  });

  it('are what LIMIT of a subquery names, beside its leading LETs', async () => {
    assert.deepEqual(await database.query('FOR x IN [1] SORT x RETURN (FOR x IN [7, 8] LIMIT x RETURN x)'), [[7]]);
    const text = 'FOR x IN [1] SORT x RETURN (LET x = 2 FOR y IN [7, 8, 9] LIMIT x RETURN y)';
    assert.deepEqual(await database.query(text), [[7, 8]]);
  });

  it('are NEW of the clause before, inside of an UPSERT', async () => {
    const text =
      'FOR n IN [1, 2] INSERT {n} INTO items LET r = (FOR x IN [1] UPSERT {n: NEW.n} INSERT {n: 0} UPDATE {m: NEW.n * 10 + OLD.n} IN items RETURN NEW.m) RETURN r[0]';
    assert.deepEqual(await database.query(text), [11, 22]);
  });

  it('are not asked for behind a subquery that returns nothing', async () => {
    for (const gathering of ['SORT q', 'SORT q LIMIT 1', 'COLLECT k = q INTO q', 'INSERT {q} INTO items']) {
      const text = `FOR q IN (FOR x IN 1..2 INSERT {n: x} INTO items) ${gathering} RETURN q`;
      assert.deepEqual(await database.query(text), [], text);
    }
  });
});
