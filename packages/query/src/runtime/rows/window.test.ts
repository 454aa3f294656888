import assert from 'node:assert/strict';
import { TestDatabase } from '../../testing/test-database.ts';

describe('window calls', () => {
  let database: TestDatabase;

  before(async () => {
    database = await TestDatabase.open({});
  });

  after(() => database.close());

  it('move by a whole number of rows, one where none is named, backwards where it is negative', async () => {
    const moved = (call: string) => database.query(`FOR x IN [10, 20, 30] RETURN ${call} OVER (ORDER BY x)`);
    assert.deepEqual(await moved('LAG(x)'), [null, 10, 20]);
    assert.deepEqual(await moved('LAG(x, null)'), [null, 10, 20]);
    assert.deepEqual(await moved('LEAD(x, 4 / 2, 0)'), [30, 0, 0]);
    assert.deepEqual(await moved('LAG(x, -1)'), [20, 30, null]);
    for (const distance of ['1.5', "'a'", '[1]']) {
      for (const name of ['LAG', 'LEAD']) {
        const query = `FOR x IN [10, 20, 30] RETURN ${name}(x, ${distance}) OVER (ORDER BY x)`;
        assert.equal(await database.failure(query), 'invalid_argument', query);
      }
    }
  });

  it('take distance and default from the first row of all, before partitions and their order', async () => {
    const rows = 'FOR r IN [{g: 1, x: 10}, {g: 2, x: 20}, {g: 1, x: 30}]';
    assert.deepEqual(await database.query(`${rows} RETURN LAG(r.x, 1, r.x) OVER (ORDER BY r.x DESC)`), [20, 30, 10]);
    assert.deepEqual(await database.query(`${rows} RETURN LEAD(r.x, r.g, r.x) OVER (PARTITION BY r.g)`), [30, 10, 10]);
  });

  it('fail where they have no answer: a row that FILTER asks for does not match, a key of SORT is null', async () => {
    assert.deepEqual(await database.query('FOR x IN [2, 1] FILTER ROW_NUMBER() OVER () == 1 RETURN x'), []);
    assert.deepEqual(await database.query('FOR x IN [2, 1] FILTER x == 1 OR RANK() OVER () == 1 RETURN x'), [1]);
    assert.deepEqual(await database.query('FOR x IN [2, 1, 3] SORT SUM(x) OVER (ORDER BY x) DESC RETURN x'), [2, 1, 3]);
    assert.deepEqual(await database.query('FOR x IN [1] RETURN FILTER([1], y -> y == RANK() OVER ())'), [[]]);
    for (const query of [
      'FOR x IN [1] RETURN [1] |> MAP(y -> ROW_NUMBER() OVER ())',
      'FOR x IN [1] LET n = ROW_NUMBER() OVER () RETURN n',
      'RETURN (FOR x IN [1] RETURN ROW_NUMBER() OVER ())',
      'FOR x IN [] FILTER ROW_NUMBER(x) OVER () == 1 RETURN x',
    ]) {
      assert.equal(await database.failure(query), 'invalid_argument', query);
    }
    assert.equal(await database.failure('FOR x IN [] SORT NTILE(x) OVER () RETURN x'), 'invalid_argument');
  });
});
