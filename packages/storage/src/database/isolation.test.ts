import assert from 'node:assert/strict';
import { CairnError } from '@cairn/protocol/internal';
import type { IsolationLevel, Transaction } from '../transaction/transaction.ts';
import { type TestDatabase, testDatabase, thing } from './test-database.ts';

const conflict = (error: unknown) => error instanceof CairnError && error.code === 'conflict' && error.retryable;

describe('isolation', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await testDatabase();
    await test.database.write((transaction) => {
      for (const key of ['a', 'b']) transaction.put('things', thing(key, { on: true }), 'insert');
    });
  });
  afterEach(() => test.remove());

  const begin = (isolation: IsolationLevel): Transaction => test.database.begin({ isolation });
  const turnOff = (transaction: Transaction, key: string) =>
    transaction.put('things', thing(key, { on: false }), 'replace');

  for (const isolation of ['read_committed', 'repeatable_read', 'serializable'] as const) {
    it(`${isolation}: of two that write one document the second is refused, and may try again`, async () => {
      const [first, second] = [begin(isolation), begin(isolation)];
      turnOff(first, 'a');
      turnOff(second, 'a');
      await test.database.commit(first);
      await assert.rejects(test.database.commit(second), conflict);
      const again = begin(isolation);
      turnOff(again, 'a');
      await test.database.commit(again);
    });

    it(`${isolation}: a plain write between begin and commit is a conflict too`, async () => {
      const transaction = begin(isolation);
      turnOff(transaction, 'a');
      await test.database.write((one) => turnOff(one, 'a'));
      await assert.rejects(test.database.commit(transaction), conflict);
    });
  }

  it('serializable: refuses write skew, in one group and one after the other', async () => {
    for (const together of [true, false]) {
      const [first, second] = [begin('serializable'), begin('serializable')];
      for (const transaction of [first, second]) assert.equal(transaction.collection('things')!.count, 2);
      turnOff(first, 'a');
      turnOff(second, 'b');
      const outcomes = together
        ? await Promise.allSettled([test.database.commit(first), test.database.commit(second)])
        : [await settled(test.database.commit(first)), await settled(test.database.commit(second))];
      assert.deepEqual(outcomes.map((outcome) => outcome.status).sort(), ['fulfilled', 'rejected']);
    }
  });

  it('serializable: refuses a transaction that has looked for what another one then inserted', async () => {
    await test.database.createCollection('log');
    const reader = begin('serializable');
    assert.equal(reader.collection('things')!.get('c'), undefined);
    reader.put('log', thing('no c', {}), 'insert');
    await test.database.write((one) => one.put('things', thing('c', {}), 'insert'));
    await assert.rejects(test.database.commit(reader), conflict);
  });

  it('repeatable_read: lets write skew through, as snapshot isolation does', async () => {
    const [first, second] = [begin('repeatable_read'), begin('repeatable_read')];
    turnOff(first, 'a');
    turnOff(second, 'b');
    await test.database.commit(first);
    await test.database.commit(second);
  });
});

async function settled(promise: Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
  const [outcome] = await Promise.allSettled([promise]);
  return outcome;
}
