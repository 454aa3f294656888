import assert from 'node:assert/strict';
import { ByteWriter, decodeValue, encodeValue } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { type TestDatabase, testDatabase } from '../database/test-database.ts';
import type { NewRecord } from './record.ts';
import { renderDocument, renderNewRecord } from './render.ts';

const PREFIX = 'shop:things/';
const DAY_MS = 86_400_000;

describe('documents as they are answered', () => {
  let test: TestDatabase;
  before(async () => {
    test = await testDatabase();
  });
  after(() => test.remove());

  const rendered = (render: (writer: ByteWriter) => void): Uint8Array => {
    const writer = new ByteWriter();
    render(writer);
    return writer.finish();
  };

  it('are the same bytes before they are stored and afterwards', async () => {
    const timeMs = fc.integer({ min: 0, max: 80_000 * DAY_MS });
    const given = fc.record({
      key: fc.oneof(
        fc.string({ minLength: 1, maxLength: 80 }),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      ),
      revision: fc.uint8Array({ minLength: 8, maxLength: 8 }),
      createdMs: timeMs,
      updatedMs: timeMs,
      members: fc.integer({ min: 0, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ members, ...rest }) => {
        const body = encodeValue(Object.fromEntries(Array.from({ length: members }, (_, n) => [`m${n}`, n])));
        const record: NewRecord = { ...rest, body };
        await test.database.write((transaction) => transaction.put('things', record, 'upsert'));
        const before = rendered((writer) => renderNewRecord(writer, PREFIX, record));
        const after = test.database.read((view) => {
          const found = view.collection('things')!.get(record.key)!;
          return rendered((writer) => renderDocument(writer, PREFIX, found.bytes, found.record));
        });
        assert.deepEqual(before, after);
      }),
      { numRuns: 100 },
    );
  });

  it('begin with the members that the server gives them', () => {
    const body = encodeValue({ name: 'Ann' });
    const revision = Uint8Array.of(0, 1, 0xab, 0xff, 16, 2, 3, 4);
    const record: NewRecord = { key: 'k', revision, createdMs: 0, updatedMs: 1_234_567_890_123, body };
    assert.deepEqual(
      Object.entries(decodeValue(rendered((writer) => renderNewRecord(writer, PREFIX, record))) as object),
      [
        ['_key', 'k'],
        ['_id', 'shop:things/k'],
        ['_rev', '0001abff10020304'],
        ['_created_at', '1970-01-01T00:00:00.000Z'],
        ['_updated_at', '2009-02-13T23:31:30.123Z'],
        ['name', 'Ann'],
      ],
    );
  });
});
