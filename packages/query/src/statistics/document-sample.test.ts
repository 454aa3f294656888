import assert from 'node:assert/strict';
import { TestDatabase } from '../testing/test-database.ts';
import { DocumentSample } from './document-sample.ts';
import { StatisticsCache } from './statistics-cache.ts';

describe('samples of documents', () => {
  let database: TestDatabase;
  before(async () => {
    const documents = Array.from({ length: 3_000 }, (_, n) => ({
      _key: `k${String(n).padStart(5, '0')}`,
      half: n % 2,
      ten: { deep: (n * 7) % 10 },
      own: n,
    }));
    const large = Array.from({ length: 40 }, (_, n) => ({ _key: `l${n}`, text: 'x'.repeat(50_000), n }));
    database = await TestDatabase.open({ items: { documents }, large: { documents: large }, none: { documents: [] } });
  });
  after(() => database.close());

  const sample = (name: string) => {
    const view = database.database.snapshot();
    const found = new DocumentSample(view.collection(name)!);
    view.release();
    return found;
  };

  it('tell shares and numbers of values about right', () => {
    const items = sample('items');
    assert.ok(Math.abs(items.share('half', (value) => value === 1) - 0.5) < 0.2);
    assert.ok(items.share('own', (value) => value === -1) > 0, 'what a sample has not seen may still be there');
    assert.ok(Math.abs(items.distinct('ten.deep') - 10) < 2);
    assert.equal(items.distinct('half'), 2);
    assert.ok(items.distinct('own') > 1_500);
    assert.equal(items.distinct('missing'), 1);
  });

  it('are empty for an empty collection, and keep few large documents', () => {
    assert.equal(sample('none').distinct('a'), 0);
    assert.equal(
      sample('none').share('a', () => true),
      0,
    );
    assert.ok(sample('large').distinct('n') > 4);
  });

  it('are kept until the collection has changed by a tenth', async () => {
    const cache = new StatisticsCache();
    const taken = () => {
      const view = database.database.snapshot();
      const found = cache.sample('test', view.collection('items')!);
      view.release();
      return found;
    };
    const first = taken();
    await database.query("FOR i IN 1..200 INSERT {_key: CONCAT('n', i)} INTO items");
    assert.equal(taken(), first);
    await database.query("FOR i IN 201..400 INSERT {_key: CONCAT('n', i)} INTO items");
    assert.notEqual(taken(), first);
  });
});
