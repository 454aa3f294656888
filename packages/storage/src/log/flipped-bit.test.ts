import assert from 'node:assert/strict';
import { ByteWriter } from '@cairn/protocol/internal';
import { writeCommitRecord } from './commit-record.ts';
import { hasFlippedBit } from './flipped-bit.ts';

describe('a flipped bit of a record', () => {
  const writer = new ByteWriter();
  const value = Uint8Array.from({ length: 700 }, (_, at) => at * 31);
  const changes = [{ kind: 'put', collection: 'c', key: 'k', value, before: undefined } as const];
  writeCommitRecord(writer, { lsn: 7, durableLsn: 6, timeMs: 1_800_000_000_000, user: 'ann', changes });
  const record = Buffer.concat([writer.bytes.subarray(0, writer.position), Buffer.alloc(4096)]);
  const end = writer.position;

  it('is found wherever it is', () => {
    for (let at = 0; at < end * 8; at++) {
      record[at >> 3] ^= 1 << (at & 7);
      assert.ok(hasFlippedBit(record, 0), `bit ${at}`);
      record[at >> 3] ^= 1 << (at & 7);
    }
  });

  it('is not what a torn record has, nor a whole one, nor what was never written', () => {
    assert.ok(!hasFlippedBit(record, 0));
    assert.ok(!hasFlippedBit(Buffer.alloc(100), 0));
    assert.ok(!hasFlippedBit(Buffer.alloc(10), 0));
    for (let from = 0; from + 8 < end; from += 8) {
      const torn = Buffer.from(record).fill(0, from, end);
      assert.ok(!hasFlippedBit(torn, 0), `torn from byte ${from}`);
    }
  });
});
