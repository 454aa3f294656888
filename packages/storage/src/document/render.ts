import { type ByteWriter, decodeValue, type Value } from '@cairn/protocol/internal';
import { recordEnd, recordKeyEnd, recordKeyStart } from '../block/layout.ts';
import { isoTime, writeIsoTime } from './iso-time.ts';
import { type NewRecord, recordBody, recordCreatedMs, recordKey, recordRevision, recordUpdatedMs } from './record.ts';

/** `_key`, `_id`, `_rev`, `_created_at`, `_updated_at`: rendered, never stored as text. */
const SYSTEM_MEMBERS = 5;
const REVISION_DIGITS = 16;

const KEY_NAME = memberName('_key');
const ID_NAME = memberName('_id');
const REVISION_NAME = memberName('_rev');
const CREATED_NAME = memberName('_created_at');
const UPDATED_NAME = memberName('_updated_at');
const HEX = Buffer.from('0123456789abcdef', 'latin1');

function memberName(name: string): Uint8Array {
  return Buffer.from([0xa0 | name.length, ...Buffer.from(name, 'latin1')]);
}

interface MapHeader {
  readonly members: number;
  readonly end: number;
}

function readMapHeader(bytes: Uint8Array, at: number): MapHeader {
  const marker = bytes[at];
  if ((marker & 0xf0) === 0x80) return { members: marker & 0x0f, end: at + 1 };
  if (marker === 0xde) return { members: (bytes[at + 1] << 8) | bytes[at + 2], end: at + 3 };
  const members = ((bytes[at + 1] << 24) | (bytes[at + 2] << 16) | (bytes[at + 3] << 8) | bytes[at + 4]) >>> 0;
  return { members, end: at + 5 };
}

/**
 * Writes a stored document as msgpack: its system members, then the bytes of its body as they lie in the block.
 * @param idPrefix `database:collection/`
 */
export function renderDocument(writer: ByteWriter, idPrefix: string, bytes: Uint8Array, record: number): void {
  const body = readMapHeader(bytes, recordBody(bytes, record));
  const end = recordEnd(bytes, record);
  const keyStart = recordKeyStart(bytes, record);
  const keyEnd = recordKeyEnd(bytes, record);
  const prefix = prefixBytes(idPrefix);
  writer.mapHeader(body.members + SYSTEM_MEMBERS);
  writer.raw(KEY_NAME, 0, KEY_NAME.length);
  writeTextHeader(writer, keyEnd - keyStart);
  writer.raw(bytes, keyStart, keyEnd);
  writer.raw(ID_NAME, 0, ID_NAME.length);
  writeTextHeader(writer, prefix.length + keyEnd - keyStart);
  writer.raw(prefix, 0, prefix.length);
  writer.raw(bytes, keyStart, keyEnd);
  writeRevision(writer, bytes, keyEnd);
  writeTimes(writer, recordCreatedMs(bytes, record), recordUpdatedMs(bytes, record));
  writer.raw(bytes, body.end, end);
}

/** Writes a record that is not in a block yet as `renderDocument` does when it is. */
export function renderNewRecord(writer: ByteWriter, idPrefix: string, record: NewRecord): void {
  const { key, revision, createdMs, updatedMs, body } = record;
  const { members, end } = readMapHeader(body, 0);
  writer.mapHeader(members + SYSTEM_MEMBERS);
  writer.raw(KEY_NAME, 0, KEY_NAME.length);
  writer.string(key);
  writer.raw(ID_NAME, 0, ID_NAME.length);
  writer.string(idPrefix + key);
  writeRevision(writer, revision, 0);
  writeTimes(writer, createdMs, updatedMs);
  writer.raw(body, end, body.length);
}

/** A stored document as a plain object with its system members first. */
export function decodeDocument(idPrefix: string, bytes: Uint8Array, record: number): { [name: string]: Value } {
  const key = recordKey(bytes, record);
  const document: { [name: string]: Value } = {
    _key: key,
    _id: idPrefix + key,
    _rev: recordRevision(bytes, record),
    _created_at: isoTime(recordCreatedMs(bytes, record)),
    _updated_at: isoTime(recordUpdatedMs(bytes, record)),
  };
  const body = decodeValue(bytes, recordBody(bytes, record)) as { [name: string]: Value };
  for (const name of Object.keys(body)) {
    if (name === '__proto__') {
      Object.defineProperty(document, name, {
        value: body[name],
        enumerable: true,
        writable: true,
        configurable: true,
      });
    } else document[name] = body[name];
  }
  return document;
}

function writeTextHeader(writer: ByteWriter, length: number): void {
  writer.reserve(5);
  const { bytes } = writer;
  if (length < 32) bytes[writer.position++] = 0xa0 | length;
  else if (length < 256) {
    bytes[writer.position++] = 0xd9;
    bytes[writer.position++] = length;
  } else {
    bytes[writer.position++] = 0xda;
    bytes[writer.position++] = length >> 8;
    bytes[writer.position++] = length & 0xff;
  }
}

function writeRevision(writer: ByteWriter, bytes: Uint8Array, start: number): void {
  writer.raw(REVISION_NAME, 0, REVISION_NAME.length);
  writeTextHeader(writer, REVISION_DIGITS);
  writeHex(writer, bytes, start);
}

function writeTimes(writer: ByteWriter, createdMs: number, updatedMs: number): void {
  writer.raw(CREATED_NAME, 0, CREATED_NAME.length);
  writeIsoTime(writer, createdMs);
  writer.raw(UPDATED_NAME, 0, UPDATED_NAME.length);
  writeIsoTime(writer, updatedMs);
}

function writeHex(writer: ByteWriter, bytes: Uint8Array, start: number): void {
  writer.reserve(REVISION_DIGITS);
  for (let at = start; at < start + REVISION_DIGITS / 2; at++) {
    writer.bytes[writer.position++] = HEX[bytes[at] >> 4];
    writer.bytes[writer.position++] = HEX[bytes[at] & 15];
  }
}

let lastPrefix = '';
let lastPrefixBytes: Buffer = Buffer.alloc(0);
/** Documents are rendered by the thousand with one prefix: the last one's bytes are kept. */
function prefixBytes(idPrefix: string): Buffer {
  if (idPrefix !== lastPrefix) {
    lastPrefix = idPrefix;
    lastPrefixBytes = Buffer.from(idPrefix, 'utf8');
  }
  return lastPrefixBytes;
}
