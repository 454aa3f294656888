import { encodeValue, type Value } from '@cairn/protocol/internal';
import { buildBlock, encodeRecordValue } from '@cairn/storage/internal';
import type { StoredVariable } from './evaluate.fixture.ts';

const REVISION = Buffer.from('0123456789abcdef', 'hex');
const CREATED_MS = 1_700_000_000_123;
const UPDATED_MS = 1_700_000_100_456;

/** A block that holds a document for each key, keys in order. */
export function blockOf(documents: readonly (readonly [string, Value])[]): Uint8Array {
  const records = documents.map(([key, document]) => {
    const body = encodeValue(document);
    const value = encodeRecordValue({ key, revision: REVISION, createdMs: CREATED_MS, updatedMs: UPDATED_MS, body });
    return { key: Buffer.from(key), value };
  });
  return buildBlock(records, 0, records.length, undefined);
}

/** One block with these documents. */
export function storeDocuments(documents: readonly Value[]): StoredVariable[] {
  const bytes = blockOf(documents.map((document, index) => [`k${1000 + index}`, document]));
  return documents.map((_, record) => ({ bytes, record }));
}
