import assert from 'node:assert/strict';
import { CairnError, decodeValue, type Value } from '@cairn/protocol/internal';
import { recordBody, recordKey } from '../document/record.ts';
import type { ReadView } from '../transaction/read-view.ts';
import type { IsolationLevel, Transaction } from '../transaction/transaction.ts';
import { keysOf, type TestDatabase, testDatabase, thing } from './test-database.ts';

const conflict = (error: unknown) => error instanceof CairnError && error.code === 'conflict' && error.retryable;
const SNAPSHOT_LEVELS = ['repeatable_read', 'serializable'] as const;
const STATEMENT_LEVELS = ['read_uncommitted', 'read_committed'] as const;

describe('isolation', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await testDatabase();
    await test.database.createIndex('things', { name: 'by_rank', fields: ['rank'] });
    await test.database.write((transaction) => {
      for (const key of ['a', 'b', 'm', 'x']) transaction.put('things', thing(key, { on: true, rank: key }), 'insert');
    });
  });
  afterEach(() => test.remove());

  const begin = (isolation: IsolationLevel): Transaction => test.database.begin({ isolation });
  const commit = (transaction: Transaction) => test.database.commit(transaction);
  let revision = 0;
  const record = (key: string, members: { [name: string]: Value }) => {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(++revision);
    return { ...thing(key, members), revision: bytes };
  };
  const turnOff = (transaction: Transaction, key: string) =>
    transaction.put('things', record(key, { on: false, rank: key }), 'replace');
  const insert = (transaction: Transaction, key: string, rank = key) =>
    transaction.put('things', record(key, { on: true, rank }), 'insert');
  const membersOf = (view: ReadView, key: string): { [name: string]: Value } | undefined => {
    const found = view.collection('things')!.get(key);
    return found === undefined ? undefined : (decodeValue(found.bytes, recordBody(found.bytes, found.record)) as never);
  };
  const ranked = (view: ReadView, from: string, to: string): string[] => {
    const index = view.collection('things')!.indexes.find(({ name }) => name === 'by_rank')!;
    const range = { lower: { value: from, inclusive: true }, upper: { value: to, inclusive: false } };
    const cursor = index.scan({ equal: [], ...range });
    const keys: string[] = [];
    for (let key = cursor.next(); key !== undefined; key = cursor.next()) keys.push(key);
    return keys;
  };

  for (const isolation of SNAPSHOT_LEVELS) {
    describe(isolation, () => {
      it('refuses the second of two that write one document, and lets it try again', async () => {
        const [first, second] = [begin(isolation), begin(isolation)];
        turnOff(first, 'a');
        turnOff(second, 'a');
        await commit(first);
        await assert.rejects(commit(second), (error: CairnError) => {
          assert.deepEqual(error.details, { collection: 'things', key: 'a' });
          return conflict(error);
        });
        const again = begin(isolation);
        turnOff(again, 'a');
        await commit(again);
      });

      it('refuses both kinds of neighbours in one commit group', async () => {
        const [first, second] = [begin(isolation), begin(isolation)];
        turnOff(first, 'a');
        turnOff(second, 'a');
        const outcomes = await Promise.allSettled([commit(first), commit(second)]);
        assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      });

      it('finds a plain write between begin and commit', async () => {
        const transaction = begin(isolation);
        turnOff(transaction, 'a');
        await test.database.write((one) => turnOff(one, 'a'));
        await assert.rejects(commit(transaction), conflict);
      });

      it('reads the state of its beginning in every statement', async () => {
        const transaction = begin(isolation);
        await test.database.write((one) => turnOff(one, 'a'));
        transaction.beginStatement();
        assert.equal(membersOf(transaction, 'a')!.on, true);
        transaction.rollback();
      });

      it('refuses to write documents of a collection whose rules have changed since', async () => {
        const transaction = begin(isolation);
        turnOff(transaction, 'a');
        await test.database.setCollectionProperties('things', { schema: 1 });
        await assert.rejects(commit(transaction), conflict);
      });
    });
  }

  it('repeatable_read: lets write skew through, as snapshot isolation does', async () => {
    const [first, second] = [begin('repeatable_read'), begin('repeatable_read')];
    for (const one of [first, second]) assert.ok(membersOf(one, 'a')!.on && membersOf(one, 'b')!.on);
    turnOff(first, 'a');
    turnOff(second, 'b');
    await commit(first);
    await commit(second);
  });

  for (const isolation of STATEMENT_LEVELS) {
    describe(isolation, () => {
      it('reads the newest state in each statement, with its own writes on top', async () => {
        const transaction = begin(isolation);
        transaction.beginStatement();
        insert(transaction, 'own', 'c');
        await test.database.write((one) => {
          turnOff(one, 'a');
          insert(one, 'other', 'd');
          one.delete('things', 'x');
        });
        assert.deepEqual(keysOf(transaction), ['a', 'b', 'm', 'own', 'x'], 'a statement sees one state');
        transaction.beginStatement();
        assert.equal(membersOf(transaction, 'a')!.on, false);
        assert.deepEqual(keysOf(transaction), ['a', 'b', 'm', 'other', 'own']);
        assert.deepEqual(ranked(transaction, 'a', 'm'), ['a', 'b', 'own', 'other']);
        assert.equal(transaction.collection('things')!.count, 5);
        await commit(transaction);
        assert.deepEqual(
          test.database
            .snapshot()
            .collection('things')!
            .indexes.map(({ entryCount }) => entryCount),
          [5],
        );
      });

      it('takes its own writes along when somebody else changes the same document', async () => {
        const transaction = begin(isolation);
        transaction.put('things', record('a', { on: 'mine', rank: 'q' }), 'replace');
        await test.database.write((one) => one.put('things', record('a', { on: 'theirs', rank: 'r' }), 'replace'));
        transaction.beginStatement();
        assert.equal(membersOf(transaction, 'a')!.on, 'mine');
        assert.deepEqual(ranked(transaction, 'n', 'z'), ['a', 'x']);
        await commit(transaction);
        const after = test.database.snapshot();
        assert.deepEqual(ranked(after, 'a', 'z'), ['b', 'm', 'a', 'x']);
        after.release();
      });

      it('goes back to a savepoint on the state that it has come to', async () => {
        const transaction = begin(isolation);
        insert(transaction, 'one');
        transaction.savepoint('s');
        transaction.put('things', record('a', { on: 'mine', rank: 'q' }), 'replace');
        transaction.delete('things', 'one');
        for (const own of [false, true]) {
          await test.database.write((one) =>
            one.put('things', record(own ? 'a' : 'b', { on: 'theirs', rank: 'r' }), 'replace'),
          );
          transaction.beginStatement();
          assert.equal(membersOf(transaction, 'a')!.on, 'mine');
          assert.equal(membersOf(transaction, 'one'), undefined);
        }
        transaction.rollbackTo('s');
        assert.equal(membersOf(transaction, 'a')!.on, 'theirs');
        assert.ok(membersOf(transaction, 'one'));
        assert.deepEqual(ranked(transaction, 'a', 'z'), ['m', 'one', 'a', 'b', 'x']);
        assert.equal(transaction.collection('things')!.count, 5);
        await commit(transaction);
      });

      it('overwrites what others have changed, as the level allows', async () => {
        const transaction = begin(isolation);
        turnOff(transaction, 'a');
        await test.database.write((one) => one.put('things', record('a', { on: 'theirs', rank: 'r' }), 'replace'));
        await commit(transaction);
        const after = test.database.snapshot();
        assert.equal(membersOf(after, 'a')!.on, false);
        assert.deepEqual(ranked(after, 'a', 'z'), ['a', 'b', 'm', 'x']);
        after.release();
      });

      it('never inserts over what somebody else has inserted, nor brings back what was removed', async () => {
        for (const statement of [false, true]) {
          const inserting = begin(isolation);
          insert(inserting, `new ${statement}`);
          const changing = begin(isolation);
          turnOff(changing, statement ? 'a' : 'b');
          await test.database.write((one) => {
            insert(one, `new ${statement}`);
            one.delete('things', statement ? 'a' : 'b');
          });
          for (const one of [inserting, changing]) {
            if (statement) assert.throws(() => one.beginStatement(), conflict);
            await assert.rejects(commit(one), conflict);
          }
        }
      });

      it('holds unique indexes on the newest state', async () => {
        await test.database.createIndex('things', { name: 'unique_rank', fields: ['rank'], unique: true });
        const transaction = begin(isolation);
        insert(transaction, 'own', 'same');
        await test.database.write((one) => insert(one, 'other', 'same'));
        transaction.beginStatement();
        await assert.rejects(commit(transaction), { code: 'unique_violation' });
      });

      it('refuses to write to a collection that is another one by now', async () => {
        const transaction = begin(isolation);
        insert(transaction, 'own');
        await test.database.truncateCollection('things');
        assert.throws(() => transaction.beginStatement(), conflict);
        await assert.rejects(commit(transaction), conflict);
      });
    });
  }

  describe('serializable', () => {
    const readers: Record<string, (transaction: Transaction) => unknown> = {
      'a document by its key': (one) => membersOf(one, 'a'),
      'a key that nobody has': (one) => membersOf(one, 'c'),
      'a range of keys': (one) => one.collection('things')!.blocks({ lower: 'a', upper: 'c' }).next(),
      'a range of an index': (one) => ranked(one, 'a', 'd'),
      'a range of an index, backward': (one) => {
        const index = one.collection('things')!.indexes[0];
        const cursor = index.scan({ equal: [], upper: { value: 'c', inclusive: true } }, 'backward');
        while (cursor.next() !== undefined);
      },
      'the number of documents': (one) => one.collection('things')!.count,
      'the names of collections': (one) => one.collectionNames(),
      'a collection that is not there': (one) => one.collection('none'),
    };
    const writers: Record<string, (one: Transaction) => void> = {
      'changes a': (one) => turnOff(one, 'a'),
      'inserts c': (one) => insert(one, 'c'),
      'removes b': (one) => one.delete('things', 'b'),
      'changes x': (one) => turnOff(one, 'x'),
      'moves x to rank c': (one) => one.put('things', record('x', { on: true, rank: 'c' }), 'replace'),
      'removes x and inserts y': (one) => {
        one.delete('things', 'x');
        insert(one, 'y');
      },
    };
    const clashes: Record<string, readonly string[]> = {
      'a document by its key': ['changes a'],
      'a key that nobody has': ['inserts c'],
      'a range of keys': ['changes a', 'inserts c', 'removes b'],
      'a range of an index': ['inserts c', 'removes b', 'moves x to rank c'],
      'a range of an index, backward': ['inserts c', 'removes b', 'moves x to rank c'],
      'the number of documents': ['inserts c', 'removes b'],
      'the names of collections': [],
      'a collection that is not there': [],
    };

    for (const [read, reader] of Object.entries(readers)) {
      for (const [write, writer] of Object.entries(writers)) {
        const clash = clashes[read].includes(write);
        it(`${clash ? 'refuses' : 'commits'} who has read ${read} when another one ${write}`, async () => {
          await test.database.createCollection('log');
          for (const together of [false, true]) {
            const [one, other] = [begin('serializable'), begin('repeatable_read')];
            reader(one);
            one.put('log', thing(`done ${together}`), 'insert');
            writer(other);
            const first = settled(commit(other));
            if (!together) await first;
            const [before, after] = await Promise.all([first, settled(commit(one))]);
            assert.equal(before.status, 'fulfilled');
            assert.equal(after.status === 'rejected' && conflict(after.reason), clash);
            assert.equal(after.status, clash ? 'rejected' : 'fulfilled');
            await restore();
          }
        });
      }
    }

    /** Puts the documents back as they were. */
    async function restore(): Promise<void> {
      await test.database.write((one) => {
        for (const key of keysOf(one)) one.delete('things', key);
        for (const key of ['a', 'b', 'm', 'x']) insert(one, key);
      });
    }

    it('refuses who has looked for a collection that was made since, or listed them', async () => {
      const [looking, listing] = [begin('serializable'), begin('serializable')];
      assert.equal(looking.collection('none'), undefined);
      listing.collectionNames();
      for (const one of [looking, listing]) turnOff(one, 'a');
      await test.database.createCollection('none');
      for (const one of [looking, listing]) await assert.rejects(commit(one), conflict);
    });

    it('remembers only what a walk has reached', async () => {
      await test.database.write((one) => {
        for (let at = 0; at < 2000; at++) insert(one, `k${String(at).padStart(5, '0')}`);
      });
      for (const direction of ['forward', 'backward'] as const) {
        const [near, far] = direction === 'forward' ? ['k00001', 'k01999'] : ['k01998', 'k00000'];
        for (const changed of [far, near]) {
          const one = begin('serializable');
          one.collection('things')!.blocks({ lower: 'k', upper: 'l' }, direction).next();
          turnOff(one, 'a');
          await test.database.write((other) => turnOff(other, changed));
          if (changed === far) await commit(one);
          else await assert.rejects(commit(one), conflict);
        }
      }
    });

    it('answers for a write that it has taken back: its failure told something', async () => {
      await test.database.createCollection('log');
      const one = begin('serializable');
      assert.throws(() => insert(one, 'a'), { code: 'already_exists' });
      one.put('log', thing('a is there'), 'insert');
      await test.database.write((other) => other.delete('things', 'a'));
      await assert.rejects(commit(one), conflict);
    });

    it('refuses write skew', async () => {
      for (const together of [true, false]) {
        const [first, second] = [begin('serializable'), begin('serializable')];
        for (const one of [first, second]) assert.ok(membersOf(one, 'a')!.on && membersOf(one, 'b')!.on);
        turnOff(first, 'a');
        turnOff(second, 'b');
        const outcomes = together
          ? await Promise.allSettled([commit(first), commit(second)])
          : [await settled(commit(first)), await settled(commit(second))];
        assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
        await restore();
      }
    });

    it('never refuses who only reads', async () => {
      const one = begin('serializable');
      keysOf(one);
      await test.database.write((other) => turnOff(other, 'a'));
      assert.equal(membersOf(one, 'a')!.on, true);
      await commit(one);
    });
  });

  it('keeps record keys apart from ranges of other collections', async () => {
    await test.database.createCollection('log');
    const one = begin('serializable');
    for (let slice = one.collection('log')!.blocks().next(); slice !== undefined; ) recordKey(slice.bytes, slice.from);
    turnOff(one, 'm');
    await test.database.write((other) => insert(other, 'c'));
    await commit(one);
  });
});

async function settled(promise: Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
  const [outcome] = await Promise.allSettled([promise]);
  return outcome;
}
