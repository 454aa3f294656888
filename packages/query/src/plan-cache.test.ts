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

  it('keeps one plan of a text, however often the catalogue changes', async () => {
    const query = 'FOR x IN others FILTER x.n == 2 RETURN x._key';
    await database.query(query);
    const { size, misses } = database.engine.planCache;
    for (let change = 0; change < 5; change++) {
      await database.database.createCollection(`passing${change}`);
      assert.deepEqual(await database.query(query), ['b']);
      assert.deepEqual(await database.query(query), ['b']);
    }
    assert.equal(database.engine.planCache.size, size);
    assert.equal(database.engine.planCache.misses, misses + 5);
  });

  it('never serves a plan of a collection or an index that was dropped and made again', async () => {
    const query = 'FOR x IN again FILTER x.n == 1 SORT x.m RETURN x._key';
    await database.fill('again', { documents: [{ _key: 'old', n: 1 }], indexes: [{ name: 'by', fields: ['n', 'm'] }] });
    assert.deepEqual(await database.query(query), ['old']);
    await database.database.dropIndex('again', 'by');
    assert.deepEqual(await database.query(query), ['old']);
    await database.database.createIndex('again', { name: 'by', fields: ['m'] });
    assert.deepEqual(await database.query(query), ['old']);
    await database.database.dropCollection('again');
    await database.fill('again', { documents: [{ _key: 'new', n: 1 }] });
    assert.deepEqual(await database.query(query), ['new']);
  });

  it('never serves a plan of a database of the same name that was dropped', async () => {
    const { engine } = database;
    const query = 'FOR x IN things SORT x.n LIMIT 1 RETURN x._key';
    const indexed = await TestDatabase.open({
      things: { documents: [{ _key: 'a', n: 1 }], indexes: [{ name: 'by_n', fields: ['n'] }] },
    });
    const plain = await TestDatabase.open({ things: { documents: [{ _key: 'b', n: 2 }] } });
    try {
      // Both are called `test`, and the engine knows no more of them than their names.
      const prepare = (one: TestDatabase) => {
        const view = one.database.snapshot();
        const prepared = engine.prepare(query, { database: 'test', view, binds: new Map() });
        view.release();
        return { cached: prepared.cached, rewrites: prepared.plan.rewrites };
      };
      assert.ok(prepare(indexed).rewrites.includes('index-order'));
      assert.ok(prepare(indexed).cached);
      assert.ok(!prepare(plain).rewrites.includes('index-order'));
    } finally {
      await indexed.close();
      await plain.close();
    }
  });

  it('never serves a plan over a collection that the view does not show', () => {
    const { engine } = database;
    const query = 'FOR x IN others RETURN x';
    const view = database.database.snapshot();
    const { lsn, catalogueVersion } = view;
    const hiding = { lsn, catalogueVersion, collection: () => undefined, collectionNames: () => [], release: () => {} };
    const context = { database: 'test', binds: new Map() };
    engine.prepare(query, { ...context, view });
    assert.throws(() => engine.prepare(query, { ...context, view: hiding }), /not found/);
    view.release();
  });

  it('plans again once a collection has grown much, or an index has met a value too long for its entries', async () => {
    await database.fill('growing', { documents: [{ _key: 'a', n: 1 }], indexes: [{ name: 'by_n', fields: ['n'] }] });
    const query = 'FOR x IN growing SORT x.n LIMIT 2 RETURN x._key';
    const isCached = () => {
      const view = database.database.snapshot();
      const { cached } = database.engine.prepare(query, { database: 'test', view, binds: new Map() });
      view.release();
      return cached;
    };
    assert.deepEqual([isCached(), isCached()], [false, true]);
    await database.query("FOR i IN 1..1500 INSERT {_key: CONCAT('k', i), n: 5} INTO growing");
    assert.deepEqual([isCached(), isCached()], [false, true]);
    await database.query("INSERT {_key: 'long', n: REPEAT('x', 1000)} INTO growing");
    assert.deepEqual([isCached(), isCached()], [false, true]);
    assert.deepEqual(await database.query(query), ['a', 'k1']);
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
