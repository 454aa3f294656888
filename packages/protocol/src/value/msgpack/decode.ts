import { setMember, type Value, type ValueObject } from '../value.ts';
import { readKey } from './key-cache.ts';
import { joinInt64, readFloat32, readFloat64, readUint16, readUint32 } from './number-bytes.ts';
import { readText } from './text-bytes.ts';
import { readTimestamp } from './timestamp-bytes.ts';

/** Where the reader stands; one for all, because decoding never waits. */
let at = 0;

/**
 * Decodes the value that starts at `offset`. For trusted bytes, canonical or as a ByteWriter writes them: what comes
 * from outside goes through `canonicalize` first. What it answers has nothing of `bytes`, which may be used again.
 */
export function decodeValue(bytes: Uint8Array, offset = 0): Value {
  const outer = at;
  at = offset;
  try {
    return read(bytes);
  } finally {
    at = outer;
  }
}

function read(bytes: Uint8Array): Value {
  const marker = bytes[at++];
  if (marker < 0x80) return marker;
  if (marker >= 0xe0) return marker - 256;
  if (marker >= 0xa0 && marker < 0xc0) return text(bytes, marker & 0x1f);
  if (marker < 0x90) return members(bytes, marker & 0x0f);
  if (marker < 0xa0) return items(bytes, marker & 0x0f);
  return readMarked(bytes, marker);
}

function readMarked(bytes: Uint8Array, marker: number): Value {
  switch (marker) {
    case 0xc0:
      return null;
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xcc:
      return bytes[at++];
    case 0xd0:
      return (bytes[at++] << 24) >> 24;
    case 0xcd:
      at += 2;
      return readUint16(bytes, at - 2);
    case 0xd1:
      at += 2;
      return (readUint16(bytes, at - 2) << 16) >> 16;
    case 0xce:
      return size32(bytes);
    case 0xd2:
      return size32(bytes) | 0;
    case 0xca:
      at += 4;
      return readFloat32(bytes, at - 4);
    case 0xcb:
      at += 8;
      return readFloat64(bytes, at - 8);
    case 0xcf:
      at += 8;
      return joinInt64(readUint32(bytes, at - 8), readUint32(bytes, at - 4));
    case 0xd3:
      at += 8;
      return joinInt64(readUint32(bytes, at - 8) | 0, readUint32(bytes, at - 4));
    case 0xd9:
      return text(bytes, bytes[at++]);
    case 0xda:
      return text(bytes, size16(bytes));
    case 0xdb:
      return text(bytes, size32(bytes));
    case 0xc4:
      return binary(bytes, bytes[at++]);
    case 0xc5:
      return binary(bytes, size16(bytes));
    case 0xc6:
      return binary(bytes, size32(bytes));
    case 0xdc:
      return items(bytes, size16(bytes));
    case 0xdd:
      return items(bytes, size32(bytes));
    case 0xde:
      return members(bytes, size16(bytes));
    case 0xdf:
      return members(bytes, size32(bytes));
    case 0xd6:
      return date(bytes, 4);
    case 0xd7:
      return date(bytes, 8);
    case 0xc7:
      return date(bytes, bytes[at++]);
    default:
      throw new RangeError(`not a stored value: byte ${marker} at ${at - 1}`);
  }
}

function size16(bytes: Uint8Array): number {
  at += 2;
  return readUint16(bytes, at - 2);
}

function size32(bytes: Uint8Array): number {
  at += 4;
  return readUint32(bytes, at - 4);
}

function text(bytes: Uint8Array, length: number): string {
  const start = at;
  at += length;
  return readText(bytes, start, at);
}

function binary(bytes: Uint8Array, length: number): Uint8Array {
  const start = at;
  at += length;
  return Uint8Array.prototype.slice.call(bytes, start, at);
}

function date(bytes: Uint8Array, length: number): Date {
  at += 1 + length;
  return new Date(readTimestamp(bytes, at - length, length));
}

function items(bytes: Uint8Array, count: number): Value[] {
  const list: Value[] = [];
  for (let i = 0; i < count; i++) list.push(read(bytes));
  return list;
}

function members(bytes: Uint8Array, count: number): ValueObject {
  const object: ValueObject = {};
  for (let i = 0; i < count; i++) {
    const key = memberName(bytes);
    if (key === '__proto__') setMember(object, key, read(bytes));
    else object[key] = read(bytes);
  }
  return object;
}

function memberName(bytes: Uint8Array): string {
  const marker = bytes[at++];
  let length: number;
  if (marker < 0xc0) length = marker & 0x1f;
  else if (marker === 0xd9) length = bytes[at++];
  else length = marker === 0xda ? size16(bytes) : size32(bytes);
  const start = at;
  at += length;
  return readKey(bytes, start, length);
}
