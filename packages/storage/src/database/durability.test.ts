import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Store } from '../store/store.ts';
import { keysOf, reading, type TestDatabase, testDatabase, thing } from './test-database.ts';

describe('durability', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await testDatabase();
  });
  afterEach(() => test.remove());

  const put = (key: string) => test.database.write((transaction) => transaction.put('things', thing(key), 'upsert'));

  /** The keys that a start would find now, were the process killed. */
  async function keysOnDisk(): Promise<string[]> {
    const path = mkdtempSync(join(tmpdir(), 'cairn-durability-'));
    cpSync(join(test.path, 'databases'), join(path, 'databases'), { recursive: true });
    const store = await Store.open({ path });
    const keys = reading(store.database('test'), keysOf);
    await store.close();
    rmSync(path, { recursive: true, force: true });
    return keys;
  }

  it('is full unless a database is asked to be relaxed, and remembers it', async () => {
    assert.equal(test.database.durability, 'full');
    await put('a');
    assert.deepEqual(await keysOnDisk(), ['a']);
    await test.database.setDurability('relaxed');
    await test.reopen();
    assert.equal(test.database.durability, 'relaxed');
    await test.database.setDurability('full');
    assert.equal(test.database.durability, 'full');
  });

  it('relaxed: shows and acknowledges at once, and has it on disk soon after, or at the next catalogue change, or at the end', async () => {
    await test.database.setDurability('relaxed');
    const first = await put('a');
    assert.equal((await put('b')).lsn, first.lsn + 1);
    assert.deepEqual(reading(test.database, keysOf), ['a', 'b']);
    for (let waited = 0; (await keysOnDisk()).length < 2; waited++) {
      assert.ok(waited < 1_000, 'never written');
      await delay(5);
    }
    await put('c');
    await test.database.createCollection('others');
    assert.deepEqual(await keysOnDisk(), ['a', 'b', 'c']);
    await put('d');
    await test.reopen();
    assert.deepEqual(reading(test.database, keysOf), ['a', 'b', 'c', 'd']);
  });

  it('relaxed: keeps the order of many commits, and reads them from the log', async () => {
    await test.database.setDurability('relaxed');
    const from = test.database.lsn + 1;
    for (let number = 0; number < 500; number++) await put(`k${number}`);
    const past = await test.database.asOf(from + 99);
    assert.equal(past.collection('things')?.count, 100);
    past.release();
    const seen: number[] = [];
    for await (const commit of test.database.changes(from)) seen.push(commit.lsn);
    assert.deepEqual(
      seen,
      Array.from({ length: 500 }, (_, at) => from + at),
    );
  });
});
