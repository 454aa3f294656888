import assert from 'node:assert/strict';
import { join } from 'node:path';
import { CairnError } from '@cairn/protocol/internal';
import { Store } from '../store/store.ts';
import { ENVIRONMENT_FILE } from './database.ts';
import { Environment, prefixRange } from './environment.ts';
import { blockPrefix } from './stored-keys.ts';
import { keysOf, reading, type TestDatabase, testDatabase, thing } from './test-database.ts';

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
});

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

async function replace(file: string, key: Uint8Array, value: Uint8Array): Promise<void> {
  const environment = Environment.open(file);
  await environment.write([{ key, value }]);
  await environment.close();
}
