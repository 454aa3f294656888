import { crc32 } from 'node:zlib';
import {
  BLOCK_HEADER_BYTES,
  BLOCK_VERSION,
  DIRECTORY_ENTRY_BYTES,
  NO_SUCCESSOR,
  RECORD_PREFIX_BYTES,
  recordCount,
  recordEnd,
  recordStart,
  successorFence,
  usedBytes,
} from './layout.ts';

/** Where a record of a block to be built comes from: copied whole from another block, or new. */
export type RecordSource =
  | { readonly from: Uint8Array; readonly record: number }
  | { readonly key: Uint8Array; readonly value: Uint8Array };

export function recordBytes(source: RecordSource): number {
  if ('from' in source) return recordEnd(source.from, source.record) - recordStart(source.from, source.record);
  return RECORD_PREFIX_BYTES + source.key.length + source.value.length;
}

/** Builds one block of these records, which are in key order; `successor` is the next block's fence. */
export function buildBlock(
  records: readonly RecordSource[],
  start: number,
  end: number,
  successor: Uint8Array | undefined,
): Buffer {
  const count = end - start;
  let size = BLOCK_HEADER_BYTES + count * DIRECTORY_ENTRY_BYTES + (successor?.length ?? 0);
  let position = size;
  for (let at = start; at < end; at++) size += recordBytes(records[at]);
  const bytes = Buffer.allocUnsafeSlow(size);
  bytes[4] = BLOCK_VERSION;
  bytes[5] = 0;
  bytes.writeUInt16LE(count, 6);
  bytes.writeUInt32LE(size, 8);
  bytes.writeUInt16LE(successor === undefined ? NO_SUCCESSOR : successor.length, 12);
  bytes.writeUInt16LE(0, 14);
  if (successor !== undefined) bytes.set(successor, position - successor.length);
  for (let at = start; at < end; ) {
    const source = records[at];
    if ('from' in source) {
      const run = runLength(records, at, end);
      copyRun(bytes, position, { source: source.from, first: source.record, count: run }, at - start);
      position += runBytes(source.from, source.record, run);
      at += run;
    } else {
      writeUint32(bytes, BLOCK_HEADER_BYTES + (at - start) * DIRECTORY_ENTRY_BYTES, position);
      bytes.writeUInt16LE(source.key.length, position);
      bytes.set(source.key, position + RECORD_PREFIX_BYTES);
      bytes.set(source.value, position + RECORD_PREFIX_BYTES + source.key.length);
      position += recordBytes(source);
      at++;
    }
  }
  bytes.writeUInt32LE(checksumOf(bytes), 0);
  return bytes;
}

interface RecordRun {
  readonly source: Uint8Array;
  readonly first: number;
  readonly count: number;
}

/** How many of the records from `at` on stand one after another in one block: they are copied in one piece. */
function runLength(records: readonly RecordSource[], at: number, end: number): number {
  const first = records[at] as { from: Uint8Array; record: number };
  let next = at + 1;
  for (; next < end; next++) {
    const source = records[next];
    if (!('from' in source) || source.from !== first.from || source.record !== first.record + next - at) break;
  }
  return next - at;
}

function runBytes(source: Uint8Array, first: number, count: number): number {
  return recordEnd(source, first + count - 1) - recordStart(source, first);
}

/** Copies a run of records to `position` and enters them in the directory from `entry` on. */
function copyRun(bytes: Buffer, position: number, { source, first, count }: RecordRun, entry: number): void {
  const from = recordStart(source, first);
  bytes.set(source.subarray(from, from + runBytes(source, first, count)), position);
  const shift = position - from;
  for (let record = 0; record < count; record++) {
    const at = BLOCK_HEADER_BYTES + (entry + record) * DIRECTORY_ENTRY_BYTES;
    writeUint32(bytes, at, recordStart(source, first + record) + shift);
  }
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

function checksumOf(bytes: Uint8Array): number {
  return crc32(bytes.subarray(4));
}

/** Whether these bytes are a whole, undamaged block that names this fence as its successor's. */
export function isSound(bytes: Uint8Array, successor: Uint8Array | undefined): boolean {
  return isWhole(bytes) && isSame(successorFence(bytes), successor);
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0;
}

function isWhole(bytes: Uint8Array): boolean {
  if (bytes.length < BLOCK_HEADER_BYTES || bytes[4] !== BLOCK_VERSION || usedBytes(bytes) !== bytes.length)
    return false;
  const stored = (bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24)) >>> 0;
  return (
    stored === checksumOf(bytes) && BLOCK_HEADER_BYTES + recordCount(bytes) * DIRECTORY_ENTRY_BYTES <= bytes.length
  );
}
