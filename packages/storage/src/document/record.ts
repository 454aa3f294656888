import { CairnError } from '@cairn/protocol/internal';
import { DOCUMENT_HEADER_BYTES, recordEnd, recordKeyEnd, recordKeyStart } from '../block/layout.ts';
import { readHex, readUtf8 } from './text.ts';

/** A document as it is handed to the store: what the engine has decided before, so that applying it involves no chance. */
export interface NewRecord {
  readonly key: string;
  /** Eight bytes, new with every write. */
  readonly revision: Uint8Array;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** The user's members as one canonical msgpack map, without system members. */
  readonly body: Uint8Array;
  /** All of it as it is stored, if somebody has that already. It never changes. */
  readonly value?: Uint8Array;
}

/** Where a document stands: a block's bytes, which never change, and the record's number in it. */
export interface DocumentPosition {
  readonly bytes: Uint8Array;
  readonly record: number;
}

/** A document's key becomes part of index entries and fences, and LMDB's keys end at 1,978 bytes. */
export const DOCUMENT_KEY_MAX_BYTES = 512;

const REVISION_BYTES = 8;
const TIME_BYTES = 6;

export function encodeDocumentKey(key: string): Uint8Array {
  const bytes = Buffer.from(key, 'utf8');
  if (bytes.length <= DOCUMENT_KEY_MAX_BYTES) return bytes;
  const message = `a document key of ${bytes.length} bytes is longer than ${DOCUMENT_KEY_MAX_BYTES}`;
  throw new CairnError('limit_exceeded', message, { details: { limit: DOCUMENT_KEY_MAX_BYTES } });
}

/** The value under a document's key: revision, created, updated, body. */
export function encodeRecordValue(
  record: NewRecord,
  allocate: (length: number) => Buffer = Buffer.allocUnsafe,
): Uint8Array {
  const bytes = allocate(DOCUMENT_HEADER_BYTES + record.body.length);
  bytes.set(record.revision.subarray(0, REVISION_BYTES), 0);
  bytes.writeUIntBE(record.createdMs, REVISION_BYTES, TIME_BYTES);
  bytes.writeUIntBE(record.updatedMs, REVISION_BYTES + TIME_BYTES, TIME_BYTES);
  bytes.set(record.body, DOCUMENT_HEADER_BYTES);
  return bytes;
}

/** The record whose value this is: the way back from `encodeRecordValue`. */
export function recordOfValue(key: string, value: Uint8Array): NewRecord {
  return new StoredRecord(key, value);
}

/** A record of which only the stored value is kept: most of those that are laid over a commit group are never looked into. */
class StoredRecord implements NewRecord {
  readonly key: string;
  readonly value: Uint8Array;

  constructor(key: string, value: Uint8Array) {
    this.key = key;
    this.value = value;
  }

  get revision(): Uint8Array {
    return this.value.subarray(0, REVISION_BYTES);
  }
  get createdMs(): number {
    return readTime(this.value, REVISION_BYTES);
  }
  get updatedMs(): number {
    return readTime(this.value, REVISION_BYTES + TIME_BYTES);
  }
  get body(): Uint8Array {
    return this.value.subarray(DOCUMENT_HEADER_BYTES);
  }
}

export function recordKey(bytes: Uint8Array, record: number): string {
  return readUtf8(bytes, recordKeyStart(bytes, record), recordKeyEnd(bytes, record));
}

/** Offset of the document's msgpack map. */
export function recordBody(bytes: Uint8Array, record: number): number {
  return recordKeyEnd(bytes, record) + DOCUMENT_HEADER_BYTES;
}

export function recordBodyEnd(bytes: Uint8Array, record: number): number {
  return recordEnd(bytes, record);
}

/** Sixteen hexadecimal digits. */
export function recordRevision(bytes: Uint8Array, record: number): string {
  const at = recordKeyEnd(bytes, record);
  return readHex(bytes, at, at + REVISION_BYTES);
}

/** Milliseconds since 1970. */
export function recordCreatedMs(bytes: Uint8Array, record: number): number {
  return readTime(bytes, recordKeyEnd(bytes, record) + REVISION_BYTES);
}

/** Milliseconds since 1970. */
export function recordUpdatedMs(bytes: Uint8Array, record: number): number {
  return readTime(bytes, recordKeyEnd(bytes, record) + REVISION_BYTES + TIME_BYTES);
}

function readTime(bytes: Uint8Array, at: number): number {
  const high = (bytes[at] << 8) | bytes[at + 1];
  const low = ((bytes[at + 2] << 24) | (bytes[at + 3] << 16) | (bytes[at + 4] << 8) | bytes[at + 5]) >>> 0;
  return high * 4294967296 + low;
}
