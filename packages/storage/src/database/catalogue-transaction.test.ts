import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Store } from '../store/store.ts';
import type { ReadView } from '../transaction/read-view.ts';
import { keysOf, reading, type TestDatabase, testDatabase, thing } from './test-database.ts';

describe('a transaction that changes the catalogue among documents', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await testDatabase();
    await test.database.createIndex('things', { name: 'by_rank', fields: ['rank'] });
    await test.database.write((one) => {
      for (const key of ['a', 'b', 'c']) one.put('things', thing(key, { rank: key, name: 'same' }), 'insert');
    });
  });
  afterEach(() => test.remove());

  const indexed = (view: ReadView, name: string): string[] => {
    const index = view.collection('things')!.indexes.find((one) => one.name === name)!;
    const keys: string[] = [];
    const cursor = index.scan({ equal: [] });
    for (let key = cursor.next(); key !== undefined; key = cursor.next()) keys.push(key);
    assert.equal(index.entryCount, keys.length);
    return keys;
  };

  for (const isolation of ['read_committed', 'repeatable_read', 'serializable'] as const) {
    it(`${isolation}: is committed in the order of its steps, and is the same when the log is done again`, async () => {
      const transaction = test.database.begin({ isolation });
      transaction.beginStatement();
      // A unique index that only these changes make possible.
      for (const key of ['a', 'b']) transaction.put('things', thing(key, { rank: key, name: key }), 'replace');
      transaction.delete('things', 'c');
      transaction.createIndex('things', { name: 'by_name', fields: ['name'], unique: true });
      transaction.put('things', thing('d', { rank: 'd', name: 'd' }), 'insert');
      assert.throws(() => transaction.put('things', thing('e', { rank: 'e', name: 'd' }), 'insert'), {
        code: 'unique_violation',
      });
      transaction.createCollection('log', 'document');
      transaction.put('log', thing('one'), 'insert');
      transaction.savepoint('s');
      transaction.truncateCollection('things');
      transaction.dropCollection('log');
      transaction.rollbackTo('s');
      transaction.dropIndex('things', 'by_rank');
      transaction.setCollectionProperties('things', { schema: 1 });
      await test.database.commit(transaction);
      const check = (view: ReadView) => {
        assert.deepEqual(keysOf(view), ['a', 'b', 'd']);
        assert.deepEqual(indexed(view, 'by_name'), ['a', 'b', 'd']);
        assert.equal(view.collection('things')!.count, 3);
        assert.deepEqual(view.collection('things')!.properties, { schema: 1 });
        assert.deepEqual(
          view.collection('things')!.indexes.map(({ name }) => name),
          ['by_name'],
        );
        assert.ok(view.collection('log')!.get('one') !== undefined);
      };
      reading(test.database, check);
      await onCopy(test.path, check);
      await test.reopen();
      reading(test.database, check);
    });
  }

  it('leaves nothing behind when it is given up', async () => {
    const transaction = test.database.begin();
    transaction.put('things', thing('d', { rank: 'd' }), 'insert');
    transaction.createIndex('things', { name: 'by_name', fields: ['name'] });
    transaction.dropCollection('things');
    transaction.rollback();
    reading(test.database, (view) => {
      assert.deepEqual(indexed(view, 'by_rank'), ['a', 'b', 'c']);
      assert.equal(view.collection('things')!.indexes.length, 1);
    });
  });
});

/** Opens a copy of the folder as it is now, with whatever is only in the log. */
async function onCopy(path: string, check: (view: ReadView) => void): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'cairn-storage-copy-'));
  cpSync(path, copy, { recursive: true, filter: (source) => !source.endsWith('.sock') && !source.endsWith('lock') });
  const store = await Store.open({ path: copy });
  try {
    reading(store.database('test'), check);
  } finally {
    await store.close();
    rmSync(copy, { recursive: true, force: true });
  }
}
