import assert from 'node:assert/strict';
import { keysOf, reading, type TestDatabase, testDatabase, thing } from './test-database.ts';

describe('a snapshot', () => {
  let test: TestDatabase;
  afterEach(() => test.remove());

  for (const checkpointBytes of [1, 2_000, 20_000]) {
    it(`shows its own moment while blocks split, join and leave memory (checkpoints of ${checkpointBytes} bytes)`, () =>
      assertStable(checkpointBytes));
  }

  async function assertStable(checkpointBytes: number): Promise<void> {
    test = await testDatabase({ blockMaxBytes: 400, cacheMaxBytes: 2_000, checkpointBytes });
    const { database } = test;
    const held: { snapshot: ReturnType<typeof database.snapshot>; keys: string[] }[] = [];
    for (let round = 0; round < 30; round++) {
      await database.write((transaction) => {
        for (let number = 0; number < 20; number++) {
          const key = `k${(round * 7 + number * 13) % 200}`;
          if (round % 3 === 2) transaction.delete('things', key);
          else transaction.put('things', thing(key, { round }), 'upsert');
        }
      });
      const snapshot = database.snapshot();
      held.push({ snapshot, keys: keysOf(snapshot) });
    }
    for (const { snapshot, keys } of held) {
      assert.deepEqual(keysOf(snapshot), keys);
      assert.equal(snapshot.collection('things')!.count, keys.length);
      for (const key of keys) assert.ok(snapshot.collection('things')!.get(key) !== undefined);
      snapshot.release();
    }
  }

  it('is not moved by a truncated or dropped collection', async () => {
    test = await testDatabase({ cacheMaxBytes: 1 });
    const { database } = test;
    await database.write((transaction) => transaction.put('things', thing('a'), 'insert'));
    const before = database.snapshot();
    assert.equal(await database.truncateCollection('things'), 1);
    assert.deepEqual(reading(database, keysOf), []);
    await database.dropCollection('things');
    assert.equal(
      reading(database, (view) => view.collection('things')),
      undefined,
    );
    assert.deepEqual(keysOf(before), ['a']);
    before.release();
  });

  it('keeps bytes that were handed out unchanged', async () => {
    test = await testDatabase({ cacheMaxBytes: 1 });
    const { database } = test;
    await database.write((transaction) => transaction.put('things', thing('a', { text: 'first' }), 'insert'));
    const { bytes } = reading(database, (view) => view.collection('things')!.get('a')!);
    const copy = Buffer.from(bytes);
    for (let round = 0; round < 20; round++) {
      await database.write((transaction) =>
        transaction.put('things', thing('a', { text: `later ${round}` }), 'replace'),
      );
      reading(database, keysOf);
    }
    assert.deepEqual(Buffer.from(bytes), copy);
  });
});
