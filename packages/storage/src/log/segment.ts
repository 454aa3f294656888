import { crc32 } from 'node:zlib';
import { CairnError } from '@cairn/protocol/internal';
import { announcedBytes, type RecordPlace, soundRecordAt } from './commit-record.ts';
import { hasFlippedBit } from './flipped-bit.ts';

const MAGIC = Buffer.from('CAIRNLOG', 'latin1');
const VERSION = 1;
const SUFFIX = '.log';
const NAME_DIGITS = 16;

/** Where the first record of a segment begins. */
export const SEGMENT_HEADER_BYTES = 20;

export function segmentName(firstLsn: number): string {
  return `${String(firstLsn).padStart(NAME_DIGITS, '0')}${SUFFIX}`;
}

/** The LSN in a segment's file name; undefined for other files. */
export function firstLsnOfName(name: string): number | undefined {
  return /^\d{16}\.log$/.test(name) ? Number(name.slice(0, NAME_DIGITS)) : undefined;
}

export function segmentHeader(firstLsn: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt16LE(VERSION, 8);
  header.writeUIntLE(firstLsn, 10, 6);
  header.writeUInt32LE(crc32(header.subarray(0, 16)), 16);
  return header;
}

/** @throws CairnError `corruption` for a header that is not that of the segment of this name */
export function assertSegmentHeader(bytes: Buffer, firstLsn: number, path: string): void {
  const isWhole = bytes.length >= SEGMENT_HEADER_BYTES && bytes.subarray(0, 8).equals(MAGIC);
  if (isWhole && bytes.readUInt16LE(8) !== VERSION) {
    throw damagedLog(path, `its version ${bytes.readUInt16LE(8)} is not known here`);
  }
  const isSound = isWhole && bytes.readUInt32LE(16) === crc32(bytes.subarray(0, 16));
  if (!isSound || bytes.readUIntLE(10, 6) !== firstLsn) throw damagedLog(path, 'its header is not what was written');
}

export function damagedLog(path: string, reason: string): CairnError {
  return new CairnError('corruption', `The change log is damaged: ${path}: ${reason}`, { details: { file: path } });
}

/** What a segment holds: its sound records from the first on, up to the first place where there is none. */
export interface SegmentContent {
  readonly records: readonly RecordPlace[];
  /** Where the sound records end. */
  readonly end: number;
  /** Sound records behind a place that is not: only a torn write or damage leaves such. */
  readonly stragglers: readonly RecordPlace[];
  /** Whether what follows is a record with one bit that is not as it was written. */
  readonly hasFlippedBit: boolean;
}

/** @param firstLsn the LSN that the first record must have; the others count on from it */
export function readSegment(bytes: Buffer, firstLsn: number): SegmentContent {
  const records: RecordPlace[] = [];
  let end = SEGMENT_HEADER_BYTES;
  for (;;) {
    const record = soundRecordAt(bytes, end);
    if (record === undefined || record.lsn !== firstLsn + records.length) break;
    records.push(record);
    end = record.end;
  }
  const stragglers = stragglersIn(bytes, end, firstLsn + records.length);
  return { records, end, stragglers, hasFlippedBit: hasFlippedBit(bytes, end) };
}

/** How far past the expected LSN a record may be and still be told from chance: the records of one segment. */
const STRAGGLER_WINDOW = 1 << 24;

function stragglersIn(bytes: Buffer, from: number, expectedLsn: number): RecordPlace[] {
  const found: RecordPlace[] = [];
  if (announcedBytes(bytes, from) === undefined && isZero(bytes, from)) return found;
  for (let at = from + 1; at + SEGMENT_HEADER_BYTES < bytes.length; at++) {
    const announced = announcedBytes(bytes, at);
    if (announced === undefined || at + announced > bytes.length) continue;
    const lsn = bytes.readUIntLE(at + 8, 6);
    if (lsn < expectedLsn || lsn > expectedLsn + STRAGGLER_WINDOW) continue;
    const record = soundRecordAt(bytes, at);
    if (record === undefined) continue;
    found.push(record);
    at = record.end - 1;
  }
  return found;
}

function isZero(bytes: Buffer, from: number): boolean {
  for (let at = from; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}
