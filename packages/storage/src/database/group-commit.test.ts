import assert from 'node:assert/strict';
import { keysOf, reading, type TestDatabase, testDatabase, thing } from './test-database.ts';

const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected;

describe('group commit', () => {
  let test: TestDatabase;
  beforeEach(async () => (test = await testDatabase()));
  afterEach(() => test.remove());

  it('keeps one of two works of a group that clash in a unique index, and nothing of the other', async () => {
    const { database } = test;
    await database.createIndex('things', { name: 'email', fields: ['email'], unique: true });
    const outcomes = await Promise.allSettled(
      ['a', 'b'].map((key) =>
        database.write((transaction) => {
          transaction.put('things', thing(`${key}-before`), 'insert');
          transaction.put('things', thing(key, { email: 'one@example.org' }), 'insert');
        }),
      ),
    );
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'rejected'],
    );
    assert.ok(code('unique_violation')((outcomes[1] as PromiseRejectedResult).reason));
    assert.deepEqual(reading(database, keysOf), ['a', 'a-before']);
    assert.equal(
      reading(database, (view) => view.collection('things')!.count),
      2,
    );
    assert.equal(
      reading(database, (view) =>
        view
          .collection('things')!
          .indexes[0].scan({ equal: ['one@example.org'] })
          .next(),
      ),
      'a',
    );
  });

  it('lets null clash with nothing in a unique index', async () => {
    const { database } = test;
    await database.createIndex('things', { name: 'email', fields: ['email'], unique: true });
    await database.write((transaction) => {
      transaction.put('things', thing('a'), 'insert');
      transaction.put('things', thing('b', { email: null }), 'insert');
    });
    assert.deepEqual(reading(database, keysOf), ['a', 'b']);
  });

  it('undoes a work that throws and commits those around it', async () => {
    const { database } = test;
    const works = Array.from({ length: 30 }, (_, number) =>
      database.write((transaction) => {
        transaction.put('things', thing(`k${String(number).padStart(2, '0')}`), 'insert');
        if (number % 3 === 0) throw new Error(`stop ${number}`);
        return number;
      }),
    );
    const outcomes = await Promise.allSettled(works);
    for (const [number, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') assert.equal((outcome.reason as Error).message, `stop ${number}`);
      else assert.equal(outcome.value.result, number);
      assert.equal(outcome.status === 'rejected', number % 3 === 0);
    }
    await test.reopen();
    const kept = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.result] : []));
    assert.deepEqual(
      reading(test.database, keysOf),
      kept.map((number) => `k${String(number).padStart(2, '0')}`),
    );
  });

  it('lets a work read what the works before it in the group have written', async () => {
    const { database } = test;
    const seen = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        database.write((transaction) => {
          transaction.put('things', thing(`k${number}`), 'insert');
          return transaction.collection('things')!.count;
        }),
      ),
    );
    assert.deepEqual(
      seen.map(({ result }) => result),
      Array.from({ length: 20 }, (_, number) => number + 1),
    );
  });

  it('gives the later of two transactions that changed one document a retryable conflict', async () => {
    const { database } = test;
    await database.write((transaction) => transaction.put('things', thing('a'), 'insert'));
    const transactions = [database.begin(), database.begin()];
    for (const [number, one] of transactions.entries()) one.put('things', thing('a', { number }), 'replace');
    const outcomes = await Promise.allSettled(transactions.map((one) => database.commit(one)));
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'rejected'],
    );
    const reason = (outcomes[1] as PromiseRejectedResult).reason as {
      code: string;
      retryable: boolean;
      details: object;
    };
    assert.deepEqual(
      [reason.code, reason.retryable, { ...reason.details }],
      ['conflict', true, { collection: 'things', key: 'a' }],
    );
  });
});
