import { ByteWriter, decodeValue, type Value } from '@cairn/protocol/internal';
import { type NewRecord, renderNewRecord } from '@cairn/storage/internal';

const writer = new ByteWriter(4096);

/** The msgpack of a record that was just written, as `renderDocument` of the storage gives it for a stored one. */
export function renderRecord(idPrefix: string, record: NewRecord): Uint8Array {
  writer.reset();
  renderNewRecord(writer, idPrefix, record);
  return writer.finish();
}

/** The same as a value. */
export function decodedRecord(idPrefix: string, record: NewRecord): Value {
  return decodeValue(renderRecord(idPrefix, record));
}
