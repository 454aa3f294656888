import assert from 'node:assert/strict';
import { TestDatabase } from '../../testing/test-database.ts';
import { allFunctions } from '../registry.ts';

describe('lambdas as arguments', () => {
  let database: TestDatabase;

  before(async () => {
    database = await TestDatabase.open({});
  });

  after(() => database.close());

  it('are refused before the query runs where a function wants a value', async () => {
    for (const { name, parameters, rest } of allFunctions()) {
      const all = rest === undefined ? parameters : [...parameters, rest];
      for (const [index, { type }] of all.entries()) {
        if ([type].flat().includes('lambda')) continue;
        const given = all.map((_, at) => (at === index ? 'x -> x' : 'null')).join(', ');
        const query = `FOR row IN [] RETURN ${name}(${given})`;
        assert.equal(await database.failure(query), 'invalid_argument', query);
      }
    }
  });

  it('fold with the start before or behind them', async () => {
    const folded = async (call: string) => (await database.query(`RETURN ${call}`))[0];
    assert.equal(await folded('[1, 2, 3] |> REDUCE((sum, x) -> sum + x, 10)'), 16);
    assert.equal(await folded('[1, 2, 3] |> REDUCE(10, (sum, x) -> sum + x)'), 16);
    assert.equal(await folded('REDUCE([[1], [2]], [], (list, x) -> APPEND(list, x))').then(String), '1,2');
    assert.equal(await folded('REDUCE([1], null)'), null);
    for (const call of ['REDUCE([1], 5)', 'REDUCE([1], 5, 6)', 'REDUCE([1], x -> x, y -> y)', 'REDUCE([], 5, 6)']) {
      assert.equal(await database.failure(`RETURN ${call}`), 'invalid_argument', call);
    }
  });
});
