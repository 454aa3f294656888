import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type TestDatabase, testDatabase, thing } from '../database/test-database.ts';
import { decodeDocument } from '../document/render.ts';
import type { ReadView } from '../transaction/read-view.ts';
import { BlockArena } from './block-arena.ts';
import { Replica, type ReplicaView } from './replica.ts';
import { ReplicaFeed } from './version-delta.ts';

/** All documents of a collection, as a query would see them. */
function documentsOf(view: ReadView, name: string): unknown[] {
  const cursor = view.collection(name)!.blocks();
  const documents: unknown[] = [];
  for (let slice = cursor.next(); slice !== undefined; slice = cursor.next()) {
    for (let record = slice.from; record < slice.to; record++) documents.push(decodeDocument('', slice.bytes, record));
  }
  return documents;
}

/** A replica in this thread, told of its database as one in another thread would be. */
class Mirror {
  readonly #test: TestDatabase;
  readonly #replica: Replica;
  readonly #feed = new ReplicaFeed();

  constructor(test: TestDatabase, slots: number) {
    this.#test = test;
    const arena = new BlockArena({ budgetBytes: slots * 8192, slotBytes: 8192 });
    this.#replica = Replica.open({ name: 'test', file: test.database.file }, arena);
  }

  view(...wanted: string[]): ReplicaView {
    this.tell(wanted);
    return this.#replica.view();
  }

  viewInPassing(...wanted: string[]): ReplicaView {
    this.tell(wanted);
    return this.#replica.view({ inPassing: true });
  }

  tell(wanted: string[]): void {
    const held = this.#test.database.hold();
    this.#replica.advance(structuredClone(this.#feed.next(held, wanted)));
    held.release();
  }

  rest(): void {
    this.#replica.rest();
  }

  close(): Promise<void> {
    return this.#replica.close();
  }
}

describe('a replica', function () {
  this.timeout(60_000);
  const write = (test: TestDatabase, keys: readonly number[], value: number) =>
    test.database.write((transaction) => {
      for (const key of keys) {
        if (value % 5 === 0) transaction.delete('things', `k${key}`);
        else transaction.put('things', thing(`k${key}`, { value, text: 'x'.repeat((key % 300) * 7) }), 'upsert');
      }
    });

  it('shows each state that it was told of, whatever is on its way to the file, while older ones stay as they were', async () => {
    const step = fc.record({
      keys: fc.uniqueArray(fc.nat({ max: 300 }), { minLength: 1, maxLength: 60 }),
      settles: fc.boolean(),
      looks: fc.boolean(),
      rests: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), async (steps, slots) => {
        const test = await testDatabase({ checkpointDelayMs: 2 });
        const mirror = new Mirror(test, slots);
        try {
          await test.database.createIndex('things', { name: 'by_value', fields: ['value'] });
          const kept: { view: ReplicaView; documents: unknown[] }[] = [];
          for (const [number, { keys, settles, looks, rests }] of steps.entries()) {
            await write(test, keys, number + 1);
            if (settles) (await test.database.settled()).release();
            if (!looks) continue;
            const snapshot = test.database.snapshot();
            const documents = documentsOf(snapshot, 'things');
            snapshot.release();
            const view = mirror.view('things');
            assert.equal(view.lsn, test.database.lsn);
            assert.deepEqual(documentsOf(view, 'things'), documents);
            kept.push({ view, documents });
            if (rests) mirror.rest();
          }
          for (const { view, documents } of kept) {
            assert.deepEqual(documentsOf(view, 'things'), documents);
            view.release();
          }
        } finally {
          await mirror.close();
          await test.remove();
        }
      }),
      { numRuns: 25 },
    );
  });

  it('lends the blocks of a walk one by one where there is no room for them', async () => {
    const test = await testDatabase();
    const mirror = new Mirror(test, 2);
    try {
      for (let from = 0; from < 3000; from += 300) {
        await write(
          test,
          Array.from({ length: 300 }, (_, at) => from + at),
          1,
        );
      }
      (await test.database.settled()).release();
      const view = mirror.viewInPassing('things');
      const snapshot = test.database.snapshot();
      assert.deepEqual(documentsOf(view, 'things'), documentsOf(snapshot, 'things'));
      const walks = [view, view].map((one) => one.collection('things')!.blocks());
      const seen = new Set<ArrayBufferLike>();
      for (let block = 0; block < 500; block++) {
        const [first, second] = walks.map((walk) => walk.next()!.bytes);
        assert.deepEqual(Buffer.from(first), Buffer.from(second));
        if (block > 100) seen.add(first.buffer);
      }
      assert.equal(seen.size, 1);
      snapshot.release();
      view.release();
    } finally {
      await mirror.close();
      await test.remove();
    }
  });

  it('follows the catalogue, and names a collection whose blocks it was not told of', async () => {
    const test = await testDatabase();
    const mirror = new Mirror(test, 8);
    try {
      await test.database.createCollection('others', { properties: { schema: 'long' } });
      await test.database.write((transaction) => transaction.put('others', thing('a'), 'insert'));
      let view = mirror.view('things');
      assert.deepEqual(view.collectionNames(), ['others', 'things']);
      assert.equal(view.collection('others')!.count, 1);
      assert.deepEqual(view.collection('others')!.properties, { schema: 'long' });
      assert.throws(() => view.collection('others')!.get('a'), { name: 'BlocksMissingError' });
      view.release();
      view = mirror.view('others');
      assert.equal(documentsOf(view, 'others').length, 1);
      view.release();
      await test.database.dropCollection('others');
      await test.database.createCollection('others');
      view = mirror.view('things');
      assert.throws(() => view.collection('others')!.get('a'), { name: 'BlocksMissingError' });
      view.release();
      view = mirror.view('others');
      assert.deepEqual(documentsOf(view, 'others'), []);
      view.release();
      await test.database.dropCollection('others');
      view = mirror.view();
      assert.equal(view.collection('others'), undefined);
      view.release();
    } finally {
      await mirror.close();
      await test.remove();
    }
  });

  it('does not touch the bytes that a reader has, when others need their place', async () => {
    const test = await testDatabase();
    const mirror = new Mirror(test, 2);
    try {
      await write(
        test,
        Array.from({ length: 300 }, (_, key) => key),
        1,
      );
      (await test.database.settled()).release();
      const view = mirror.view('things');
      const held = view.collection('things')!.get('k1')!;
      const before = Buffer.from(held.bytes);
      for (let key = 0; key < 300; key++) view.collection('things')!.get(`k${key}`);
      assert.deepEqual(Buffer.from(held.bytes), before);
      view.release();
    } finally {
      await mirror.close();
      await test.remove();
    }
  });
});
