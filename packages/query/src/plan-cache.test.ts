import assert from 'node:assert/strict';
import { PlanCache } from './plan-cache.ts';
import { TestDatabase } from './testing/test-database.ts';

describe('PlanCache', () => {
  it('forgets what was not used for longest when it is full', () => {
    const cache = new PlanCache<number>(3 * 21_000);
    const none = new Map();
    for (const [plan, key] of ['a', 'b', 'c'].entries()) cache.set(key, [], none, plan);
    assert.equal(cache.get('a', none), 0);
    cache.set('d', [], none, 3);
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((key) => cache.get(key, none)),
      [0, undefined, 2, 3],
    );
  });

  it('tells the collections apart that @@name stood for', () => {
    const cache = new PlanCache<string>(1e6);
    cache.set('text', ['c'], new Map([['@c', 'users']]), 'users plan');
    assert.equal(cache.get('text', new Map([['@c', 'users']])), 'users plan');
    assert.equal(cache.get('text', new Map([['@c', 'orders']])), undefined);
  });

  it('keeps nothing that alone would fill it', () => {
    const cache = new PlanCache<number>(1000);
    cache.set('a', [], new Map(), 1);
    assert.equal(cache.size, 0);
  });
});

describe('the plan cache of an engine', () => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.open({
      items: { documents: [{ _key: 'a', n: 1 }] },
      others: { documents: [{ _key: 'b', n: 2 }] },
    });
  });
  after(() => database.close());

  it('never serves a plan of another catalogue', async () => {
    const query = 'FOR x IN items FILTER x.n == 1 RETURN x._key';
    assert.deepEqual(await database.query(query), ['a']);
    await database.database.createIndex('items', { name: 'by_n', fields: ['n'] });
    const [explained] = (await database.query(`EXPLAIN ${query}`)) as { collections: { index_used: string }[] }[];
    assert.equal(explained.collections[0].index_used, 'by_n');
    assert.deepEqual(await database.query(query), ['a']);
    await database.database.dropCollection('items');
    assert.equal(await database.failure(query), 'not_found');
  });

  it('serves each collection that @@name stands for', async () => {
    await database.fill('more', { documents: [{ _key: 'm' }] });
    const query = 'FOR x IN @@c RETURN x._key';
    assert.deepEqual(await database.query(query, { binds: { '@c': 'others' } }), ['b']);
    assert.deepEqual(await database.query(query, { binds: { '@c': 'more' } }), ['m']);
    assert.deepEqual(await database.query(query, { binds: { '@c': 'others' } }), ['b']);
  });

  it('plans once for all bind values', async () => {
    const query = 'RETURN @x + 1';
    assert.deepEqual(await database.query(query, { binds: { x: 1 } }), [2]);
    assert.deepEqual(await database.query(query, { binds: { x: 2 } }), [3]);
    assert.equal(await database.failure(query), 'invalid_argument');
  });
});
