import { ByteWriter, decodeValue, EncodedValue, type Value } from '@cairn/protocol/internal';
import type { NewRecord } from '@cairn/storage/internal';
import { mapSize, mapStart } from './map-bytes.ts';

const SYSTEM_MEMBERS = 5;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A revision as clients see it: 16 hexadecimal digits. */
export function revisionText(revision: Uint8Array): string {
  let text = '';
  for (let i = 0; i < 8; i++) text += HEX[revision[i]!]!;
  return text;
}

const writer = new ByteWriter(4096);

/** The msgpack of a record that was just written, as `renderDocument` of the storage gives it for a stored one. */
export function renderRecord(idPrefix: string, record: NewRecord): Uint8Array {
  const { body } = record;
  writer.reset();
  writer.mapHeader(mapSize(body, 0) + SYSTEM_MEMBERS);
  writer.string('_key');
  writer.string(record.key);
  writer.string('_id');
  writer.string(idPrefix + record.key);
  writer.string('_rev');
  writer.string(revisionText(record.revision));
  writer.string('_created_at');
  writer.string(new Date(record.createdMs).toISOString());
  writer.string('_updated_at');
  writer.string(new Date(record.updatedMs).toISOString());
  writer.raw(body, mapStart(body, 0), body.length);
  return writer.finish();
}

/** The same as data of a reply. */
export function encodedRecord(idPrefix: string, record: NewRecord): EncodedValue {
  return new EncodedValue(renderRecord(idPrefix, record));
}

/** The same as a value. */
export function decodedRecord(idPrefix: string, record: NewRecord): Value {
  return decodeValue(renderRecord(idPrefix, record));
}
