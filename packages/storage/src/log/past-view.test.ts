import assert from 'node:assert/strict';
import type { CairnError, Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { type TestDatabase, testDatabase, thing } from '../database/test-database.ts';
import { decodeDocument } from '../document/render.ts';
import type { ReadView } from '../transaction/read-view.ts';

/** Documents and what an index finds of them: two ways to the same state. */
function contentOf(view: ReadView): { documents: Value[]; byGroup: string[] } {
  const collection = view.collection('things');
  const documents: Value[] = [];
  const byGroup: string[] = [];
  if (collection === undefined) return { documents, byGroup };
  const blocks = collection.blocks();
  for (let slice = blocks.next(); slice !== undefined; slice = blocks.next()) {
    for (let at = slice.from; at < slice.to; at++) documents.push(decodeDocument('test:things/', slice.bytes, at));
  }
  const entries = collection.indexes[0].scan({ equal: [] });
  for (let key = entries.next(); key !== undefined; key = entries.next()) byGroup.push(key);
  assert.equal(collection.count, documents.length);
  return { documents, byGroup };
}

describe('a view of the past', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await testDatabase({ blockMaxBytes: 400 });
    await test.database.createIndex('things', { name: 'by_group', fields: ['group'] });
  });
  afterEach(() => test.remove());

  it('is what a snapshot of that moment saw, through documents and indexes', async () => {
    const write = fc.record({
      key: fc.integer({ min: 0, max: 12 }).map((number) => `k${number}`),
      group: fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(write, { minLength: 1, maxLength: 5 }), { maxLength: 8 }), async (commits) => {
        const seen: { lsn: number; content: unknown }[] = [];
        for (const changes of commits) {
          const { lsn } = await test.database.write((transaction) => {
            for (const { key, group } of changes) {
              if (group === null) transaction.delete('things', key);
              else transaction.put('things', thing(key, { group }), 'upsert');
            }
          });
          const snapshot = test.database.snapshot();
          seen.push({ lsn, content: contentOf(snapshot) });
          snapshot.release();
        }
        for (const { lsn, content } of seen) {
          const past = await test.database.asOf(lsn);
          assert.equal(past.lsn, lsn);
          assert.deepEqual(contentOf(past), content);
          past.release();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('gives unique values back to those who had them', async () => {
    const { database } = test;
    await database.createIndex('things', { name: 'mail', fields: ['mail'], unique: true });
    await database.write((transaction) => {
      transaction.put('things', thing('a', { mail: 'x' }), 'insert');
      transaction.put('things', thing('b', { mail: 'y' }), 'insert');
    });
    const { lsn } = database;
    await database.write((transaction) => {
      transaction.put('things', thing('a', { mail: 'z' }), 'replace');
      transaction.put('things', thing('b', { mail: 'x' }), 'replace');
      transaction.put('things', thing('a', { mail: 'y' }), 'replace');
    });
    const past = await database.asOf(lsn);
    assert.equal(
      past
        .collection('things')!
        .indexes[1].scan({ equal: ['x'] })
        .next(),
      'a',
    );
    past.release();
    await test.reopen();
  });

  it('knows which collections there were, and says of an emptied one that its past is gone', async () => {
    const { database } = test;
    await database.write((transaction) => transaction.put('things', thing('a'), 'insert'));
    const { lsn } = database;
    await database.createCollection('later');
    await database.createCollection('passing');
    await database.dropCollection('passing');
    await database.truncateCollection('things');
    await database.write((transaction) => transaction.put('things', thing('b'), 'insert'));
    const past = await database.asOf(lsn);
    assert.deepEqual(past.collectionNames(), ['things']);
    assert.equal(past.collection('later'), undefined);
    assert.equal(past.collection('passing'), undefined);
    assert.throws(
      () => past.collection('things'),
      (error: CairnError) => error.code === 'not_found' && error.details.collection === 'things',
    );
    past.release();
  });

  it('refuses an LSN to come, and finds the LSN of a moment', async () => {
    const { database } = test;
    await assert.rejects(
      database.asOf(database.lsn + 1),
      (error: CairnError) => error.code === 'invalid_argument' && error.details.newest === database.lsn,
    );
    assert.equal(await database.lsnAt(Date.now()), database.lsn);
    assert.equal(await database.lsnAt(0), 0);
  });
});
