import { encodeValue, RawValue, type Value } from '@cairn/protocol/internal';

/** A JSON value in the form in which commands take documents: bytes that the engine checks. */
export function rawDocument(value: Value): RawValue {
  const bytes = encodeValue(value);
  return new RawValue(bytes, 0, bytes.length);
}
