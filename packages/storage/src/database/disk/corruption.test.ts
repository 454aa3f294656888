import assert from 'node:assert/strict';
import { join } from 'node:path';
import { CairnError } from '@cairn/protocol/internal';
import { Store } from '../../store/store.ts';
import type { ReadView } from '../../transaction/read-view.ts';
import { ENVIRONMENT_FILE } from '../database-folder.ts';
import { keysOf, reading, type TestDatabase, testDatabase, thing } from '../test-database.ts';
import { Environment, prefixRange } from './lmdb-environment.ts';
import { blockPrefix } from './stored-keys.ts';

describe('damaged blocks', () => {
  let test: TestDatabase;
  afterEach(() => test.remove());

  it('are the error corruption, for every flipped byte of a block, and never an answer', async () => {
    test = await testDatabase({ blockMaxBytes: 400 });
    await test.database.write((transaction) => {
      for (let number = 0; number < 40; number++) transaction.put('things', thing(`k${number}`, { number }), 'insert');
    });
    const treeId = reading(test.database, (view) => view.collection('things')!.id);
    await test.store.close();
    const file = join(test.path, 'databases', 'test', ENVIRONMENT_FILE);
    const { key, bytes } = await anyBlock(file, treeId);
    for (let place = 0; place < bytes.length; place += 7) {
      const damaged = Buffer.from(bytes);
      damaged[place] ^= 0x10;
      await replace(file, key, damaged);
      const store = await Store.open({ path: test.path });
      assert.throws(
        () => reading(store.database('test'), keysOf),
        (error) => error instanceof CairnError && error.code === 'corruption' && error.details.database === 'test',
        `byte ${place}`,
      );
      await store.close();
    }
    await replace(file, key, bytes);
    test.store = await Store.open({ path: test.path });
    assert.equal(reading(test.store.database('test'), keysOf).length, 40);
  });

  it('are the error corruption when any one record of the environment is lost or changed', async () => {
    test = await testDatabase({ blockMaxBytes: 400 });
    await test.database.createIndex('things', { name: 'by_number', fields: ['number'] });
    await test.database.write((transaction) => {
      for (let number = 0; number < 60; number++) transaction.put('things', thing(`k${number}`, { number }), 'insert');
    });
    await test.store.close();
    const file = join(test.path, 'databases', 'test', ENVIRONMENT_FILE);
    const records = await allRecords(file);
    assert.ok(records.length > 10, `${records.length} records`);
    for (const { key, bytes } of records) {
      const changed = Buffer.from(bytes);
      changed[changed.length - 1] ^= 1;
      const isMeta = key[0] === 0; // without it nothing says that the environment was ever written to
      for (const value of isMeta ? [changed] : [changed, undefined]) {
        await replace(file, key, value);
        await assertCorrupt(
          test.path,
          `${Buffer.from(key).toString('hex')} ${value === undefined ? 'lost' : 'changed'}`,
        );
      }
      await replace(file, key, bytes);
    }
    test.store = await Store.open({ path: test.path });
    assert.equal(reading(test.store.database('test'), readEverything), 60);
  });
});

async function assertCorrupt(path: string, what: string): Promise<void> {
  const store = await Store.open({ path });
  assert.throws(
    () => reading(store.database('test'), readEverything),
    (error) => error instanceof CairnError && error.code === 'corruption',
    what,
  );
  await store.close();
}

/** Walks the documents and every index; answers the collection's count. */
function readEverything(view: ReadView): number {
  keysOf(view);
  const collection = view.collection('things')!;
  for (const index of collection.indexes) {
    const cursor = index.scan({ equal: [] });
    while (cursor.next() !== undefined);
  }
  return collection.count;
}

async function allRecords(file: string): Promise<{ key: Uint8Array; bytes: Buffer }[]> {
  const environment = Environment.open(file);
  const reader = environment.reader();
  const keys = [...reader.keys(Uint8Array.of(0), Uint8Array.of(0xff))];
  const records = keys.map((key) => ({ key, bytes: reader.get(key)! }));
  reader.done();
  await environment.close();
  return records;
}

async function anyBlock(file: string, treeId: number): Promise<{ key: Uint8Array; bytes: Buffer }> {
  const environment = Environment.open(file);
  const reader = environment.reader();
  const { from, to } = prefixRange(blockPrefix(treeId));
  const keys = [...reader.keys(from, to)];
  const key = keys[keys.length >> 1];
  const bytes = reader.get(key)!;
  reader.done();
  await environment.close();
  return { key, bytes };
}

async function replace(file: string, key: Uint8Array, value: Uint8Array | undefined): Promise<void> {
  const environment = Environment.open(file);
  await environment.write([{ key, value }]);
  await environment.close();
}
