import assert from 'node:assert/strict';
import { keysOf, type TestDatabase, testDatabase, thing } from './test-database.ts';

describe('a settled state', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await testDatabase();
  });
  afterEach(() => test.remove());

  it('holds what was acknowledged, and keeps later commits waiting until it is released', async () => {
    await test.database.write((transaction) => transaction.put('things', thing('a'), 'insert'));
    const settled = await test.database.settled();
    const { lsn } = test.database;
    const later = test.database.write((transaction) => transaction.put('things', thing('b'), 'insert'));
    assert.equal(settled.snapshot.lsn, lsn);
    assert.deepEqual(keysOf(settled.snapshot), ['a']);
    settled.release();
    assert.equal((await later).lsn, lsn + 1);
  });

  it('may be asked for by several at once', async () => {
    const [first, second] = await Promise.all([test.database.settled(), test.database.settled()]);
    assert.equal(first.snapshot.lsn, second.snapshot.lsn);
    first.release();
    second.release();
    await test.database.write((transaction) => transaction.put('things', thing('c'), 'insert'));
    assert.equal(test.database.snapshot().collection('things')?.count, 1);
  });
});
