import { addExtension, Packr } from 'msgpackr';
import { canonicalize } from '../value/msgpack/canonicalize.ts';
import { decodeValue } from '../value/msgpack/decode.ts';
import type { Value } from '../value/value.ts';

/**
 * msgpackr for whole messages, where nothing has to be checked or copied span by span. Its types do not know 'auto':
 * integers of 64 bits become numbers where a double holds them, else bigints.
 */
const packr = new Packr({ useRecords: false, int64AsType: 'auto' as 'number', encodeUndefinedAsNil: true });

// msgpackr would write as many bytes as these have, of which it fills one for each element.
for (const Class of [
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint16Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
]) {
  addExtension({
    Class,
    write: () => {
      throw new TypeError(`${Class.name} is no value: take Array.from(…) for numbers, a Uint8Array for bytes`);
    },
  } as unknown as Parameters<typeof addExtension>[0]);
}

const PROTOTYPE_NAME = Buffer.from('__proto__', 'latin1');

/**
 * Encodes a message; members that are `undefined` become nil, which means "not given".
 * @throws what a value that cannot be written is the reason of: a cycle, a symbol, an integer of more than 64 bits
 */
export function encodeMessage(message: object): Buffer {
  return packr.pack(message);
}

/** Decodes a message from a peer that is trusted to send msgpack: a client's view of its server. */
export function decodeMessage(bytes: Buffer): Value {
  // msgpackr renames members called `__proto__`, to be safe; ours keeps them, and is needed only where there are any.
  if (bytes.includes(PROTOTYPE_NAME)) return decodeValue(canonicalize(bytes, 0).bytes);
  return packr.unpack(bytes) as Value;
}
