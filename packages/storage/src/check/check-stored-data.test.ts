import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ENVIRONMENT_FILE } from '../database/database-folder.ts';
import { Environment, prefixRange } from '../database/disk/lmdb-environment.ts';
import { blockPrefix, countKey } from '../database/disk/stored-keys.ts';
import { keysOf, reading, type TestDatabase, testDatabase, thing } from '../database/test-database.ts';
import type { Finding } from './finding.ts';

describe('a check of stored data', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await testDatabase({ blockMaxBytes: 400 });
    await test.database.createIndex('things', { name: 'by_group', fields: ['group'] });
    await test.database.createIndex('things', { name: 'by_tag', fields: ['tags[*]'], sparse: true });
    await test.database.write((transaction) => {
      for (let number = 0; number < 60; number++) {
        const members = { group: number % 7, tags: number % 2 === 0 ? ['a', 'b', 'c'] : null };
        transaction.put('things', thing(`k${number}`, members), 'insert');
      }
    });
  });
  afterEach(() => test.remove());

  async function findings(): Promise<Finding[]> {
    const found: Finding[] = [];
    for await (const finding of test.database.check()) found.push(finding);
    return found;
  }

  /** Closes the store, changes what is under the keys that begin with `prefix`, and opens it again. */
  async function tamper(prefix: Uint8Array, change: (value: Buffer, at: number) => Buffer | undefined): Promise<void> {
    await test.store.close();
    const environment = Environment.open(join(test.path, 'databases', 'test', ENVIRONMENT_FILE));
    const reader = environment.reader();
    const { from, to } = prefixRange(prefix);
    const changes = [...reader.keys(from, to)].map((key, at) => ({ key, value: change(reader.get(key)!, at) }));
    reader.done();
    await environment.write(changes);
    await environment.close();
    await test.reopen();
  }

  const ids = () =>
    reading(test.database, (view) => {
      const collection = view.collection('things')!;
      return { documents: collection.id, byGroup: collection.id + 1 };
    });
  const flipped = (value: Buffer): Buffer => {
    value[value.length >> 1] ^= 4;
    return value;
  };

  it('finds nothing where nothing is wrong, also while the log is ahead of the file', async () => {
    assert.deepEqual(await findings(), []);
    await test.database.write((transaction) => transaction.delete('things', 'k1'));
    assert.deepEqual(await findings(), []);
    const seen: number[] = [];
    for await (const _ of test.database.check((progress) => seen.push(progress.documents)));
    assert.equal(seen.at(-1), 59);
  });

  it('names a damaged and a missing block of documents, which no rebuild mends', async () => {
    await tamper(blockPrefix(ids().documents), (value, at) => (at === 1 ? flipped(value) : value));
    const damaged = await findings();
    assert.deepEqual([...new Set(damaged.map((one) => one.kind))].sort(), ['block', 'count', 'index']);
    assert.ok(damaged.filter((one) => one.kind === 'block').every((one) => !one.isRepairable));
  });

  it('finds a wrong counter and a damaged index, and repair mends both', async () => {
    const { documents, byGroup } = ids();
    await tamper(blockPrefix(byGroup), (value, at) => (at === 2 ? undefined : value));
    assert.ok((await findings()).some((one) => one.kind === 'index' && one.index === 'by_group'));
    const { value: wrong } = await storedCount(documents);
    await tamper(countKey(documents), () => wrong);
    const found = await findings();
    assert.deepEqual([...new Set(found.map((one) => one.kind))].sort(), ['count', 'index']);
    assert.deepEqual(await test.database.repair(found), ['things']);
    assert.deepEqual(await findings(), []);
    assert.equal(reading(test.database, keysOf).length, 60);
    assert.equal(
      reading(test.database, (view) => view.collection('things')!.count),
      60,
    );
  });

  it('finds what belongs to nothing', async () => {
    await test.store.close();
    const environment = Environment.open(join(test.path, 'databases', 'test', ENVIRONMENT_FILE));
    await environment.write([{ key: Uint8Array.of(0x02, 0, 0, 9, 9), value: Buffer.alloc(10) }]);
    await environment.close();
    await test.reopen();
    assert.deepEqual(
      (await findings()).map((one) => one.kind),
      ['stray'],
    );
  });

  /** The counter of another tree, sealed as it must be: wrong for this one. */
  async function storedCount(documents: number): Promise<{ value: Buffer }> {
    await test.store.close();
    const environment = Environment.open(join(test.path, 'databases', 'test', ENVIRONMENT_FILE));
    const reader = environment.reader();
    const value = reader.get(countKey(documents + 2))!;
    reader.done();
    await environment.close();
    await test.reopen();
    return { value };
  }
});
