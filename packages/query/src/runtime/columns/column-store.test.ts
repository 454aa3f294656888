import assert from 'node:assert/strict';
import type { CollectionView } from '@cairn/storage/internal';
import { readStored } from '../../compile/field-finder/read-stored.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import type { FieldPath } from './column.ts';
import { ColumnStore } from './column-store.ts';

const COUNT = 2000;

interface Walk {
  readonly rows: number;
  /** Blocks whose bytes were asked for. */
  readonly read: number;
  readonly sum: number;
}

/** Walks a collection over columns, adding up the numbers of the first field. */
function walk(store: ColumnStore, collection: CollectionView, paths: readonly FieldPath[], isBackward = false): Walk {
  const cursor = collection.blocks({}, isBackward ? 'backward' : 'forward');
  let read = 0;
  const counting = {
    next: () => cursor.next(),
    nextReference: () => cursor.nextReference(),
    get isWhole() {
      return cursor.isWhole;
    },
    get fenceBehind() {
      return cursor.fenceBehind;
    },
    slice: () => {
      read++;
      return cursor.slice();
    },
    bytesOf: (reference: Parameters<typeof cursor.bytesOf>[0]) => {
      read++;
      return cursor.bytesOf(reference);
    },
  };
  const scan = store.scan('test', collection, counting, paths, { isBackward, isWhole: true });
  let rows = 0;
  let sum = 0;
  while (scan.next()) {
    const [chunk] = scan.chunks;
    for (let row = scan.from; row < scan.to; row++) {
      rows++;
      const value = readStored(chunk.bytes, chunk.at(row));
      if (typeof value === 'number') sum += value;
    }
  }
  return { rows, read, sum };
}

describe('ColumnStore', () => {
  let database: TestDatabase;
  before(async () => {
    const documents = Array.from({ length: COUNT }, (_, n) => ({
      _key: `k${String(n).padStart(5, '0')}`,
      ...{ n, half: n / 2, text: `text ${n}`, few: n % 3 },
    }));
    database = await TestDatabase.open({ items: { documents } });
  });
  after(() => database.close());

  const items = () => database.database.snapshot().collection('items')!;
  const sum = (COUNT * (COUNT - 1)) / 2;

  it('reads each block once, and none when they come again, forward and backward', () => {
    const store = new ColumnStore({ budgetBytes: 1 << 24 });
    const first = walk(store, items(), [['n']]);
    assert.deepEqual({ rows: first.rows, sum: first.sum }, { rows: COUNT, sum });
    assert.ok(first.read > 10);
    assert.deepEqual(walk(store, items(), [['n']]), { rows: COUNT, read: 0, sum });
    assert.deepEqual(walk(store, items(), [['n']], true), { rows: COUNT, read: 0, sum });
    assert.equal(walk(store, items(), [['n'], ['half']]).read, first.read, 'the other field is read from all blocks');
    assert.deepEqual(walk(store, items(), [['half'], ['n']]).read, 0);
  });

  it('reads no more than the blocks that a write has changed', async () => {
    const store = new ColumnStore({ budgetBytes: 1 << 24 });
    walk(store, items(), [['n']]);
    const before = items();
    await database.put('items', [{ _key: 'k00007', n: 1_000_000, half: 0, text: '', few: 0 }]);
    const after = walk(store, items(), [['n']]);
    assert.equal(after.sum, sum - 7 + 1_000_000);
    assert.ok(after.read >= 1 && after.read <= 2, `${after.read} blocks read`);
    assert.deepEqual(
      walk(store, before, [['n']]),
      { rows: COUNT, read: 0, sum },
      'the old state has its columns still',
    );
    await database.put('items', [{ _key: 'k00007', n: 7, half: 3.5, text: 'text 7', few: 1 }]);
  });

  it('keeps within its budget, evicts what was not used lately, and answers right when there is no room', () => {
    const store = new ColumnStore({ budgetBytes: 60_000 });
    const blocks = walk(store, items(), [['text']]).read;
    assert.ok(store.sizeBytes <= 60_000);
    // Two fields that do not fit together: the one in use stays until the hand has passed over it once.
    for (let round = 0; round < 3; round++) {
      assert.equal(walk(store, items(), [['n']]).sum, sum);
      assert.ok(store.sizeBytes <= 60_000, `${store.sizeBytes}`);
    }
    assert.equal(walk(store, items(), [['n']]).read, 0);
    const tiny = new ColumnStore({ budgetBytes: 100 });
    for (let round = 0; round < 2; round++) {
      const { read, sum: added } = walk(tiny, items(), [['n']]);
      assert.equal(added, sum);
      assert.ok(read >= blocks && read <= blocks + 1);
    }
    assert.equal(tiny.sizeBytes, 0);
  });

  it('gives back the memory of blocks that are no more', async () => {
    const other = await TestDatabase.open({ items: { documents: [] } });
    try {
      const store = new ColumnStore({ budgetBytes: 1 << 24 });
      const view = () => other.database.snapshot().collection('items')!;
      let largest = 0;
      for (let round = 0; round < 30; round++) {
        await other.put(
          'items',
          Array.from({ length: 500 }, (_, n) => ({ _key: `k${n}`, n: n + round / 7 })),
        );
        // A page that is given up has its last blocks read again by the next walk.
        for (let again = 0; again < 2; again++) assert.equal(walk(store, view(), [['n']]).rows, 500);
        assert.equal(walk(store, view(), [['n']]).read, 0);
        largest = Math.max(largest, store.sizeBytes);
      }
      assert.ok(largest < 4 * 8 * 1000, `${largest} bytes for 500 numbers`);
    } finally {
      await other.close();
    }
  });

  it('forgets collections that were not scanned for longest', () => {
    const store = new ColumnStore({ budgetBytes: 1 << 26 });
    const many = 300;
    for (let id = 0; id < many; id++) {
      const collection = { id, approximateCount: COUNT, blocks: () => items().blocks() };
      walk(store, collection as unknown as CollectionView, [['n']]);
    }
    assert.ok(store.sizeBytes > 0);
    const perCollection = store.sizeBytes / 256;
    assert.ok(perCollection * many > store.sizeBytes && Number.isInteger(perCollection), `${perCollection}`);
  });

  it('counts scans, and has them over columns when they come again', () => {
    const store = new ColumnStore({ budgetBytes: 1 << 24 });
    const view = database.database.snapshot();
    const scan = { collection: 'items', columns: [['n'], ['text']] };
    assert.equal(store.notice('test', view, [scan]), false);
    assert.equal(store.notice('test', view, [scan]), true);
    assert.equal(store.notice('test', view, [{ ...scan, columns: [['n'], ['half']] }]), false);
    assert.equal(store.notice('other', view, [scan]), false);
    assert.equal(new ColumnStore({ budgetBytes: 0, eager: true }).notice('test', view, [scan]), false);
    assert.equal(new ColumnStore({ budgetBytes: 1, eager: true }).notice('test', view, [scan]), true);
  });
});
