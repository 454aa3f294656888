import { type ByteWriter, LIMITS, type Value } from '@cairn/protocol/internal';

/** Writes a computed value, unless it takes more bytes than a reply can carry. @throws ValueLimitError */
export function writeValue(writer: ByteWriter, value: Value): void {
  writer.value(value, LIMITS.frameMaxBytes);
}
