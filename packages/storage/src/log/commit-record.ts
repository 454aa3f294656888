import { crc32 } from 'node:zlib';
import { type ByteWriter, CairnError, decodeValue, type Value } from '@cairn/protocol/internal';
import type { DatabaseProperties } from '../database/database-version.ts';
import type { IndexDefinition } from '../indexes/definition.ts';
import { type Change, type DocumentChange, isDocumentChange } from './change.ts';

/** One commit as the change log keeps it: docs/formats/change-log.md. */
export interface CommitRecord {
  readonly lsn: number;
  /** The newest LSN that was known to be on disk when this was written. */
  readonly durableLsn: number;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** Who made it; null for the server itself. */
  readonly user: string | null;
  /** How many triggers stand behind it, one set off by the other; absent for a change that somebody made himself. */
  readonly depth?: number;
  readonly changes: readonly Change[];
}

export const HEADER_BYTES = 26;
/** Where the checksum's cover begins. */
export const COVERED_FROM = 8;

const PUT = 0;
const DELETE = 1;
const CREATE_COLLECTION = 2;
const DROP_COLLECTION = 3;
const TRUNCATE_COLLECTION = 4;
const SET_PROPERTIES = 5;
const CREATE_INDEX = 6;
const DROP_INDEX = 7;
const REBUILD_INDEXES = 8;
const COMPACT_COLLECTION = 9;
const SET_DATABASE_PROPERTIES = 10;

/** Appends the record's bytes to `writer`. */
export function writeCommitRecord(writer: ByteWriter, record: CommitRecord): void {
  const start = writer.position;
  writer.reserve(HEADER_BYTES);
  writer.position += HEADER_BYTES;
  const { depth = 0 } = record;
  writer.arrayHeader(depth === 0 ? 2 : 3);
  if (record.user === null) writer.nil();
  else writer.string(record.user);
  writer.arrayHeader(record.changes.length);
  for (const change of record.changes) writeChange(writer, change);
  if (depth > 0) writer.number(depth);
  const { bytes, position } = writer;
  bytes.writeUInt32LE(position - start - HEADER_BYTES, start);
  bytes.writeUIntLE(record.lsn, start + 8, 6);
  bytes.writeUIntLE(record.durableLsn, start + 14, 6);
  bytes.writeUIntLE(record.timeMs, start + 20, 6);
  bytes.writeUInt32LE(crc32(bytes.subarray(start + COVERED_FROM, position)), start + 4);
}

/** Where a sound record stands in a buffer; its changes are decoded only when somebody asks. */
export interface RecordPlace {
  readonly lsn: number;
  readonly durableLsn: number;
  readonly timeMs: number;
  readonly start: number;
  readonly end: number;
}

/** The record at `start`, or undefined when there is none that is whole and sound. */
export function soundRecordAt(bytes: Buffer, start: number): RecordPlace | undefined {
  const bodyStart = start + HEADER_BYTES;
  if (bodyStart > bytes.length) return undefined;
  const length = bytes.readUInt32LE(start);
  const end = bodyStart + length;
  if (length === 0 || end > bytes.length) return undefined;
  if (bytes.readUInt32LE(start + 4) !== crc32(bytes.subarray(start + COVERED_FROM, end))) return undefined;
  return {
    lsn: bytes.readUIntLE(start + 8, 6),
    durableLsn: bytes.readUIntLE(start + 14, 6),
    timeMs: bytes.readUIntLE(start + 20, 6),
    start,
    end,
  };
}

/** How many bytes the record at `start` says that it has, header included; undefined behind the last one. */
export function announcedBytes(bytes: Buffer, start: number): number | undefined {
  if (start + HEADER_BYTES > bytes.length) return undefined;
  const length = bytes.readUInt32LE(start);
  return length === 0 ? undefined : HEADER_BYTES + length;
}

/** @param bytes a buffer in which `soundRecordAt` has found the record; what is returned is a view of it */
export function readCommitRecord(bytes: Buffer, place: RecordPlace): CommitRecord {
  const [user, changes, depth] = decodeValue(bytes, place.start + HEADER_BYTES) as [string | null, Value[][], number?];
  const { lsn, durableLsn, timeMs } = place;
  const record = { lsn, durableLsn, timeMs, user, changes: changes.map(readChange) };
  return depth === undefined ? record : { ...record, depth };
}

/**
 * What a commit did to each document, once: steps between the first and the last are of no use to anybody. The order is
 * that of the last steps; changes of the catalogue keep their place.
 */
export function mergeChanges(journal: readonly Change[]): readonly Change[] {
  if (journal.length < 2) return journal;
  const latest = new Map<string, DocumentChange>();
  const merged = new Set<Change>();
  for (const change of journal) {
    if (!isDocumentChange(change)) {
      latest.clear(); // a document of a collection that was dropped and made anew is another one
      merged.add(change);
      continue;
    }
    const name = `${change.collection}/${change.key}`;
    const earlier = latest.get(name);
    if (earlier === undefined) {
      latest.set(name, change);
      merged.add(change);
      continue;
    }
    merged.delete(earlier);
    const joined = joinedChange(earlier, change);
    if (joined === undefined) latest.delete(name);
    else {
      latest.set(name, joined);
      merged.add(joined);
    }
  }
  return [...merged];
}

function joinedChange(first: DocumentChange, last: DocumentChange): DocumentChange | undefined {
  const { before } = first;
  if (last.kind === 'put') return { ...last, before };
  return before === undefined ? undefined : { ...last, before };
}

function writeChange(writer: ByteWriter, change: Change): void {
  switch (change.kind) {
    case 'put':
      begin(writer, PUT, 5, change.collection);
      writer.string(change.key);
      writer.binary(change.value);
      if (change.before === undefined) writer.nil();
      else writer.binary(change.before);
      return;
    case 'delete':
      begin(writer, DELETE, 4, change.collection);
      writer.string(change.key);
      writer.binary(change.before);
      return;
    case 'create collection':
      begin(writer, CREATE_COLLECTION, 4, change.collection);
      writer.string(change.type);
      writer.value(change.properties);
      return;
    case 'drop collection':
      begin(writer, DROP_COLLECTION, 2, change.collection);
      return;
    case 'truncate collection':
      begin(writer, TRUNCATE_COLLECTION, 2, change.collection);
      return;
    case 'set properties':
      begin(writer, SET_PROPERTIES, 3, change.collection);
      writer.value(change.properties);
      return;
    case 'create index':
      begin(writer, CREATE_INDEX, 3, change.collection);
      writer.value(definitionValue(change.definition));
      return;
    case 'drop index':
      begin(writer, DROP_INDEX, 3, change.collection);
      writer.string(change.index);
      return;
    case 'rebuild indexes':
      begin(writer, REBUILD_INDEXES, 2, change.collection);
      return;
    case 'set database properties':
      begin(writer, SET_DATABASE_PROPERTIES, 3, '');
      writer.value({ ...change.properties });
      return;
    case 'compact collection':
      begin(writer, COMPACT_COLLECTION, 2, change.collection);
      return;
  }
}

function begin(writer: ByteWriter, kind: number, members: number, collection: string): void {
  writer.arrayHeader(members);
  writer.number(kind);
  writer.string(collection);
}

function definitionValue(definition: IndexDefinition): Value {
  const { name, fields, unique, sparse, type, options } = definition;
  return {
    name,
    fields: [...fields],
    unique: unique ?? false,
    sparse: sparse ?? false,
    type: type ?? 'persistent',
    options: options ?? null,
  };
}

function readChange(parts: Value[]): Change {
  const [kind, collection, third, fourth, fifth] = parts as [number, string, ...unknown[]];
  switch (kind) {
    case PUT:
      return {
        kind: 'put',
        collection,
        key: third as string,
        value: fourth as Uint8Array,
        before: (fifth as Uint8Array | null) ?? undefined,
      };
    case DELETE:
      return { kind: 'delete', collection, key: third as string, before: fourth as Uint8Array };
    case CREATE_COLLECTION:
      return { kind: 'create collection', collection, type: third as string, properties: fourth as Value };
    case DROP_COLLECTION:
      return { kind: 'drop collection', collection };
    case TRUNCATE_COLLECTION:
      return { kind: 'truncate collection', collection };
    case SET_PROPERTIES:
      return { kind: 'set properties', collection, properties: third as Value };
    case CREATE_INDEX:
      return { kind: 'create index', collection, definition: third as unknown as IndexDefinition };
    case DROP_INDEX:
      return { kind: 'drop index', collection, index: third as string };
    case REBUILD_INDEXES:
      return { kind: 'rebuild indexes', collection };
    case COMPACT_COLLECTION:
      return { kind: 'compact collection', collection };
    case SET_DATABASE_PROPERTIES:
      return { kind: 'set database properties', collection: '', properties: third as DatabaseProperties };
    default:
      throw new CairnError('corruption', `a change of an unknown kind ${String(kind)} in the change log`);
  }
}
