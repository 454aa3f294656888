import assert from 'node:assert/strict';
import { recordKey } from '@cairn/storage/internal';
import fc from 'fast-check';
import { TestDatabase } from '../../testing/test-database.ts';
import { MergeLookup } from './merge-lookup.ts';

describe('merge lookups', () => {
  let database: TestDatabase;
  const keyOf = (number: number) => `k${String(number).padStart(4, '0')}`;
  before(async () => {
    const documents = Array.from({ length: 900 }, (_, n) => ({ _key: keyOf(n * 2), text: 'x'.repeat(60) }));
    database = await TestDatabase.open({ items: { documents } });
  });
  after(() => database.close());

  it('find what there is, whatever the order of the keys', () => {
    const view = database.database.snapshot();
    const collection = view.collection('items')!;
    fc.assert(
      fc.property(fc.array(fc.nat(2000), { maxLength: 60 }), fc.boolean(), (numbers, inOrder) => {
        const lookup = new MergeLookup(collection);
        const keys = (inOrder ? numbers.toSorted((a, b) => a - b) : numbers).map(keyOf);
        for (const key of keys) {
          const found = lookup.position(key);
          assert.equal(found && recordKey(found.bytes, found.record), collection.get(key) && key);
        }
      }),
    );
    view.release();
  });
});
