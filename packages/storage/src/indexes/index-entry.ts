import { createHash } from 'node:crypto';
import { CairnError, type Value } from '@cairn/protocol/internal';
import { encodeKey } from '../key-encoding/encode-key.ts';
import type { PathStep } from './definition.ts';
import { extractValues } from './extract-values.ts';

/**
 * One field's share of an entry. LMDB's keys end at 1,978 bytes and an entry holds several fields and a document key, so
 * a longer value keeps its first bytes and a hash of all of them: equal values stay equal, order is kept up to there.
 */
export const FIELD_MAX_BYTES = 320;
const HASH_BYTES = 16;
export const FIELD_PREFIX_BYTES = FIELD_MAX_BYTES - HASH_BYTES;
/** The fields of one entry together, so that a document key still fits behind them. */
export const FIELDS_MAX_BYTES = 1400;
/** Entries that one document may add to one index. */
export const ENTRIES_A_DOCUMENT_MAX = 10_000;

export interface EncodedField {
  readonly bytes: Uint8Array;
  /** Whether all of the value is in the bytes. */
  readonly exact: boolean;
}

export function encodeField(value: Value): EncodedField {
  const bytes = encodeKey(value);
  if (bytes.length <= FIELD_MAX_BYTES) return { bytes, exact: true };
  const hash = createHash('sha256').update(bytes).digest();
  return { bytes: Buffer.concat([bytes.subarray(0, FIELD_PREFIX_BYTES), hash.subarray(0, HASH_BYTES)]), exact: false };
}

export interface IndexEntry {
  /** The encoded fields without the document key: what a unique index allows once. */
  readonly fields: Uint8Array;
  readonly exact: boolean;
  /** A null or missing field never clashes. */
  readonly hasNull: boolean;
}

/** The entries that a document has in an index, each different from the others. */
export function entriesOf(body: Uint8Array, paths: readonly (readonly PathStep[])[], sparse: boolean): IndexEntry[] {
  if (paths.length === 1) {
    const values = extractValues(body, 0, paths[0]);
    if (values.length === 1) return sparse && values[0] === null ? [] : [entryOf(values)];
  }
  let tuples: Value[][] = [[]];
  for (const path of paths) {
    const values = extractValues(body, 0, path);
    if (values.length * tuples.length > ENTRIES_A_DOCUMENT_MAX) {
      throw new CairnError(
        'limit_exceeded',
        `a document may have ${ENTRIES_A_DOCUMENT_MAX} entries in an index, this one has more`,
      );
    }
    tuples = tuples.flatMap((tuple) => values.map((value) => [...tuple, value]));
  }
  const entries = new Map<string, IndexEntry>();
  for (const tuple of tuples) {
    if (sparse && tuple.every((value) => value === null)) continue;
    const entry = entryOf(tuple);
    entries.set(Buffer.from(entry.fields).toString('latin1'), entry);
  }
  return [...entries.values()];
}

function entryOf(values: readonly Value[]): IndexEntry {
  const fields = values.map(encodeField);
  const bytes = fields.length === 1 ? fields[0].bytes : Buffer.concat(fields.map((field) => field.bytes));
  if (bytes.length > FIELDS_MAX_BYTES) {
    throw new CairnError(
      'limit_exceeded',
      `an index entry of ${bytes.length} bytes is longer than ${FIELDS_MAX_BYTES}`,
    );
  }
  return { fields: bytes, exact: fields.every((field) => field.exact), hasNull: values.includes(null) };
}

/** The key of an entry in the index's tree: the fields, then the document key. */
export function entryKey(fields: Uint8Array, documentKey: Uint8Array): Uint8Array {
  const key = new Uint8Array(fields.length + documentKey.length);
  key.set(fields);
  key.set(documentKey, fields.length);
  return key;
}

/** The value of an entry: the length of its fields, which tells where the document key begins. */
export function entryValue(fields: Uint8Array): Uint8Array {
  return Uint8Array.of(fields.length & 0xff, fields.length >> 8);
}
