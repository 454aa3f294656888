import assert from 'node:assert/strict';
import type { Value } from '@cairn/protocol/internal';
import { TestDatabase } from '../testing/test-database.ts';
import { WriteCalls } from './write-calls.ts';

describe('what UPSERT looks for', () => {
  let database: TestDatabase;
  let checkpoints = 0;
  const find = (search: Value): Value => {
    const view = database.database.snapshot();
    const writes = new WriteCalls({ view, database: 'test' }, { written() {}, checkpoint: () => checkpoints++ });
    const found = writes.find('items', search);
    view.release();
    return found === null ? null : (found as { _key: Value })._key;
  };

  before(async () => {
    const documents = Array.from({ length: 1_000 }, (_, n) => ({ _key: `k${n}`, n: n % 10, m: n }));
    database = await TestDatabase.open({ items: { documents } });
  });

  after(() => database.close());

  it('is found by key, by _id in any spelling and by members, first in the order of keys', () => {
    for (const search of [
      'k7',
      'items/k7',
      'test:items/k7',
      { _key: 'k7' },
      { _id: 'k7' },
      { _id: 'items/k7' },
    ] as Value[]) {
      assert.equal(find(search), 'k7');
    }
    assert.equal(find({ _id: 'test:items/k7', n: 7 }), 'k7');
    assert.equal(find({ _id: 'items/k7', _key: 'k7', m: 7 }), 'k7');
    assert.equal(find({ n: 7 }), 'k107');
    assert.equal(find({ n: 7, m: 7, no: null }), 'k7');
    for (const search of [
      'no',
      { _id: 'other/k7' },
      { _id: 'items/k7', _key: 'k8' },
      { _id: 7 },
      { _key: 7 },
      { n: 7, m: 8 },
    ] as Value[]) {
      assert.equal(find(search), null);
    }
  });

  it('looks at the clock while it goes through a collection', () => {
    checkpoints = 0;
    assert.equal(find({ n: -1 }), null);
    assert.ok(checkpoints >= 3, `${checkpoints} looks`);
  });
});
