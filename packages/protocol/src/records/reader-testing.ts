import fc from 'fast-check';
import type { RecordReader, SourceRecord } from './source-record.ts';

/** For tests: all records of `source`, handed over in one piece. */
export function readAll(reader: RecordReader, source: string | Uint8Array): SourceRecord[] {
  return [...reader.push(Buffer.from(source as string)), ...reader.end()];
}

/** For tests: all records of `source`, handed over in pieces of `size` bytes, each its own memory. */
export function readInChunks(reader: RecordReader, source: string | Uint8Array, size: number): SourceRecord[] {
  const bytes = Buffer.from(source as string);
  const records: SourceRecord[] = [];
  for (let at = 0; at < bytes.length; at += size)
    records.push(...reader.push(Buffer.from(bytes.subarray(at, at + size))));
  return [...records, ...reader.end()];
}

export type Chunking = (reader: RecordReader, source: string | Uint8Array) => SourceRecord[];

/** Reads a source in pieces of some size, or in one. */
export function anyChunking(): fc.Arbitrary<Chunking> {
  return fc.oneof(
    fc.constant<Chunking>(readAll),
    fc.integer({ min: 1, max: 40 }).map<Chunking>((size) => (reader, source) => readInChunks(reader, source, size)),
  );
}
