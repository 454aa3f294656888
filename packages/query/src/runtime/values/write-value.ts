import { type ByteWriter, CairnError, InvalidValueError, LIMITS, type Value } from '@cairn/protocol/internal';

/**
 * Writes a computed value, unless it takes more bytes than a reply can carry. What the value costs in memory says
 * little: forty steps of `[a, a]` are forty small arrays, and written out they would fill any disk.
 */
export function writeValue(writer: ByteWriter, value: Value): void {
  if (typeof value !== 'object' || value === null) writer.value(value);
  else writeObject(writer, value, writer.position + LIMITS.frameMaxBytes, 1);
}

function writeObject(writer: ByteWriter, value: Value & object, endMax: number, depth: number): void {
  if (value instanceof Date || value instanceof Uint8Array) {
    writer.value(value);
    return;
  }
  if (depth > LIMITS.nestingMaxDepth) {
    throw new InvalidValueError(`nested deeper than ${LIMITS.nestingMaxDepth} levels`);
  }
  if (Array.isArray(value)) {
    writer.arrayHeader(value.length);
    for (let index = 0; index < value.length; index++) writePart(writer, value[index], endMax, depth);
    return;
  }
  const names = Object.keys(value);
  writer.mapHeader(names.length);
  for (let index = 0; index < names.length; index++) {
    writer.string(names[index]);
    writePart(writer, value[names[index]], endMax, depth);
  }
}

function writePart(writer: ByteWriter, part: Value, endMax: number, depth: number): void {
  if (typeof part !== 'object' || part === null) writer.value(part);
  else writeObject(writer, part, endMax, depth + 1);
  if (writer.position > endMax) {
    const limit = LIMITS.frameMaxBytes;
    throw new CairnError('limit_exceeded', `A row is larger than ${limit} bytes`, { details: { limit } });
  }
}
