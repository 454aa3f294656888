import type { Value } from '../value.ts';
import { ByteWriter } from './byte-writer.ts';

/** Beyond this a writer's buffer is not kept for the next value: one large value should not hold memory for good. */
const KEPT_BYTES_MAX = 256 * 1024;

let shared: ByteWriter | undefined = new ByteWriter();

/** Encodes a value as canonical msgpack. @throws InvalidValueError for what cannot be stored */
export function encodeValue(value: Value): Uint8Array {
  const writer = shared ?? new ByteWriter();
  shared = undefined;
  writer.reset();
  try {
    writer.value(value);
    return writer.finish();
  } finally {
    if (writer.bytes.length <= KEPT_BYTES_MAX) shared = writer;
  }
}
