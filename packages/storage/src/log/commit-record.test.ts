import assert from 'node:assert/strict';
import { ByteWriter, type Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import type { Change } from './change.ts';
import {
  type CommitRecord,
  mergeChanges,
  readCommitRecord,
  soundRecordAt,
  writeCommitRecord,
} from './commit-record.ts';

const name = fc.string({ minLength: 1, maxLength: 12 });
const bytes = fc.uint8Array({ maxLength: 40 });
const properties: fc.Arbitrary<Value> = fc.constantFrom<Value[]>(null, { schema: { type: 'object' } }, 7);

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    collection: name,
    key: name,
    value: bytes,
    before: fc.option(bytes, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('delete' as const), collection: name, key: name, before: bytes }),
  fc.record({ kind: fc.constant('create collection' as const), collection: name, type: name, properties }),
  fc.record({ kind: fc.constant('set properties' as const), collection: name, properties }),
  fc.record({ kind: fc.constant('drop index' as const), collection: name, index: name }),
  fc
    .constantFrom('drop collection', 'truncate collection', 'compact collection', 'rebuild indexes')
    .chain((kind) => name.map((collection) => ({ kind, collection }) as Change)),
  fc.record({
    kind: fc.constant('create index' as const),
    collection: name,
    definition: fc.record({
      name,
      fields: fc.array(name, { minLength: 1, maxLength: 3 }),
      unique: fc.boolean(),
      sparse: fc.boolean(),
      type: name,
      options: properties,
    }),
  }),
);
const record: fc.Arbitrary<CommitRecord> = fc.record({
  lsn: fc.integer({ min: 1, max: 2 ** 40 }),
  durableLsn: fc.integer({ min: 0, max: 2 ** 40 }),
  timeMs: fc.integer({ min: 0, max: 2 ** 45 }),
  user: fc.option(name, { nil: null }),
  changes: fc.array(change, { maxLength: 8 }),
});

function encoded(one: CommitRecord): Buffer {
  const writer = new ByteWriter();
  writeCommitRecord(writer, one);
  return Buffer.from(writer.finish());
}

/** Byte views of one content are equal, whatever class they are of. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, member: unknown) =>
      member instanceof Uint8Array || (member as { type?: string } | null)?.type === 'Buffer'
        ? Buffer.from((member as { data?: number[] }).data ?? (member as Uint8Array)).toString('hex')
        : member,
    ),
  );

describe('a commit record', () => {
  it('gives back every commit', () => {
    fc.assert(
      fc.property(record, (one) => {
        const stored = encoded(one);
        const place = soundRecordAt(stored, 0);
        assert.equal(place?.end, stored.length);
        assert.deepEqual(plain(readCommitRecord(stored, place!)), plain(one));
      }),
    );
  });

  it('is not sound when any bit of it has changed, or its end is missing', () => {
    fc.assert(
      fc.property(record, fc.nat(), (one, bit) => {
        const stored = encoded(one);
        const place = (bit >> 3) % stored.length;
        stored[place] ^= 1 << (bit & 7);
        assert.equal(soundRecordAt(stored, 0), undefined);
        stored[place] ^= 1 << (bit & 7);
        assert.equal(soundRecordAt(stored.subarray(0, stored.length - 1), 0), undefined);
      }),
    );
  });
});

describe('merged changes', () => {
  const [collection, key] = ['c', 'k'];
  const [a, b, c] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];

  it('name a document once, with its first state before and its last one after', () => {
    const journal: Change[] = [
      { kind: 'put', collection, key, value: b, before: a },
      { kind: 'put', collection, key: 'other', value: a, before: undefined },
      { kind: 'put', collection, key, value: c, before: b },
    ];
    assert.deepEqual(mergeChanges(journal), [
      { kind: 'put', collection, key: 'other', value: a, before: undefined },
      { kind: 'put', collection, key, value: c, before: a },
    ]);
  });

  it('say nothing of a document that came and went', () => {
    const journal: Change[] = [
      { kind: 'put', collection, key, value: b, before: undefined },
      { kind: 'delete', collection, key, before: b },
    ];
    assert.deepEqual(mergeChanges(journal), []);
  });

  it('keep a removal and what came after it as a replacement', () => {
    const journal: Change[] = [
      { kind: 'delete', collection, key, before: a },
      { kind: 'put', collection, key, value: b, before: undefined },
    ];
    assert.deepEqual(mergeChanges(journal), [{ kind: 'put', collection, key, value: b, before: a }]);
  });

  it('do not join documents across a change of the catalogue', () => {
    const journal: Change[] = [
      { kind: 'put', collection, key, value: a, before: undefined },
      { kind: 'drop collection', collection },
      { kind: 'create collection', collection, type: 'document', properties: null },
      { kind: 'put', collection, key, value: b, before: undefined },
    ];
    assert.deepEqual(mergeChanges(journal), journal);
  });
});
