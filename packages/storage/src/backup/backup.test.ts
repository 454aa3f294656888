import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CairnError } from '@cairn/protocol/internal';
import { keysOf, reading, type TestDatabase, testDatabase, thing } from '../database/test-database.ts';
import type { ReadView } from '../transaction/read-view.ts';

const code = (expected: string) => (error: unknown) => error instanceof CairnError && error.code === expected;

describe('a backup', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await testDatabase({ blockMaxBytes: 400, checkpointBytes: 5_000 });
    await test.database.createIndex('things', { name: 'by_group', fields: ['group'] });
  });
  afterEach(() => test.remove());

  const folder = (name: string) => join(test.path, name);
  const put = (key: string, group = 0) =>
    test.database.write((transaction) => transaction.put('things', thing(key, { group }), 'upsert'), { user: 'ann' });

  async function restored<T>(
    read: (view: ReadView) => T,
    folders: string[],
    target: { lsn?: number; timeMs?: number } = {},
  ): Promise<{ lsn: number; result: T }> {
    const lsn = await test.store.restoreDatabase('restored', folders, target);
    const database = test.store.database('restored');
    assert.equal(database.lsn, lsn);
    for await (const finding of database.check()) assert.fail(finding.message);
    const result = reading(database, read);
    await test.store.dropDatabase('restored');
    return { lsn, result };
  }

  it('taken while writes go on is the state of one commit, whole', async () => {
    let stop = false;
    let written = 0;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let number = 0; !stop; number++) {
        const key = `${writer}-${number % 50}`;
        // Every commit keeps the sum at zero: what one document gains, the other loses.
        await test.database.write((transaction) => {
          transaction.put('things', thing(`plus-${key}`, { group: number }), 'upsert');
          transaction.put('things', thing(`minus-${key}`, { group: -number }), 'upsert');
        });
        written++;
      }
    });
    const sum = (view: ReadView): number => {
      let total = 0;
      const entries = view.collection('things')!.indexes[0];
      for (let group = -2_000; group <= 2_000; group++) {
        const cursor = entries.scan({ equal: [group] });
        while (cursor.next() !== undefined) total += group;
      }
      return total;
    };
    for (let round = 0; round < 3; round++) {
      const before = test.database.lsn;
      const manifest = await test.database.backup(folder(`b${round}`));
      assert.ok(manifest.lsn >= before);
      const { result, lsn } = await restored(sum, [folder(`b${round}`)]);
      assert.equal(result, 0);
      assert.equal(lsn, manifest.lsn);
    }
    stop = true;
    await Promise.all(writers);
    assert.ok(written > 0);
  });

  it('goes on from an earlier one, and restores to any LSN or moment between', async () => {
    const lsns: number[] = [];
    for (let number = 0; number < 10; number++) lsns.push((await put(`a${number}`)).lsn);
    await (await test.database.settled()).release(); // the copy has everything, the log nothing behind it
    const full = await test.database.backup(folder('full'));
    assert.ok(Math.abs(Date.parse(full.time!) - Date.now()) < 60_000, String(full.time));
    for (let number = 0; number < 10; number++) lsns.push((await put(`b${number}`)).lsn);
    await test.database.createCollection('late');
    const first = await test.database.backup(folder('first'), full.lsn);
    assert.equal(first.kind, 'incremental');
    lsns.push((await put('c')).lsn);
    const second = await test.database.backup(folder('second'), first.lsn);
    const all = [folder('full'), folder('first'), folder('second')];
    assert.deepEqual((await restored((view) => view.collectionNames(), all)).result, ['late', 'things']);
    for (const [index, lsn] of lsns.entries()) {
      if (lsn < full.lsn) continue;
      const { result } = await restored((view) => keysOf(view).length, all, { lsn });
      assert.equal(result, index + 1, `LSN ${lsn}`);
    }
    const { lsn } = await restored(keysOf, all, { timeMs: Date.now() });
    assert.equal(lsn, second.lsn);
    const base = Date.parse(full.stored_time!);
    assert.equal((await restored(keysOf, [all[0]], { timeMs: base })).lsn, full.lsn);
    // What has no state that old must not answer with a later one.
    await assert.rejects(restored(keysOf, all, { timeMs: base - 1 }), code('invalid_argument'));
    await assert.rejects(restored(keysOf, all, { lsn: second.lsn + 1 }), code('invalid_argument'));
    await assert.rejects(restored(keysOf, [all[0], all[2]]), code('invalid_argument'));
    await assert.rejects(restored(keysOf, [all[1]]), code('invalid_argument'));
  });

  it('keeps who made a commit and when, so that it can be restored to a moment again', async () => {
    const { lsn } = await put('a');
    await test.database.backup(folder('full'));
    await put('b');
    const { lsn: last } = await put('c');
    const { value: made } = await test.database.changes(last).next();
    await test.database.backup(folder('more'), lsn);
    await test.store.restoreDatabase('restored', [folder('full'), folder('more')]);
    const { value: commit } = await test.store.database('restored').changes(last).next();
    assert.deepEqual([commit?.user, commit?.timeMs, commit?.lsn], ['ann', made?.timeMs, last]);
  });

  it('that is damaged, or in the way of another, is refused and leaves nothing', async () => {
    await put('a');
    await test.database.backup(folder('full'));
    await assert.rejects(test.database.backup(folder('full')), code('already_exists'));
    await assert.rejects(test.database.backup(folder('no/such/place')), code('invalid_argument'));
    await assert.rejects(test.store.restoreDatabase('test', [folder('full')]), code('already_exists'));
    appendFileSync(join(folder('full'), 'data.mdb'), 'x');
    await assert.rejects(test.store.restoreDatabase('restored', [folder('full')]), code('corruption'));
    await assert.rejects(test.store.restoreDatabase('restored', [folder('nothing')]), code('invalid_argument'));
    assert.deepEqual(test.store.databaseNames(), ['test']);
    assert.deepEqual(readdirSync(join(test.path, 'databases')), ['test']);
    await assert.rejects(test.database.backup(folder('later'), test.database.lsn + 1), code('invalid_argument'));
    assert.ok(!existsSync(folder('later')));
  });
});
