import { CairnError, type Value } from '@cairn/protocol/internal';

/*
 * Values as bytes whose order is the order of the values: docs/formats/key-encoding.md is the page of this format.
 */

export const TAG = {
  null: 0x10,
  false: 0x20,
  true: 0x21,
  number: 0x30,
  string: 0x40,
  date: 0x50,
  binary: 0x60,
  array: 0x70,
  object: 0x80,
  /** Ends arrays and objects: lower than every tag, so that the shorter one comes first. */
  end: 0x01,
} as const;

/** In text and binary a zero byte is followed by this, so that the terminator 00 00 stays lowest. */
const ZERO_ESCAPE = 0xff;
/** Beyond this magnitude a double no longer tells neighbouring integers apart, and a remainder follows it. */
const EXACT_LIMIT = 2 ** 53;
const NESTING_MAX_DEPTH = 100;

const scratch = new DataView(new ArrayBuffer(8));

/** Bytes that grow while keys are written into them. */
export class KeyWriter {
  bytes: Buffer = Buffer.allocUnsafeSlow(256);
  position = 0;

  finish(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.bytes, 0, this.position);
  }

  value(value: Value, depth = 0): void {
    if (depth > NESTING_MAX_DEPTH)
      throw new CairnError('limit_exceeded', `a key nests deeper than ${NESTING_MAX_DEPTH} levels`);
    switch (typeof value) {
      case 'number':
      case 'bigint':
        this.#number(value);
        return;
      case 'string':
        this.#byte(TAG.string);
        this.#escaped(Buffer.from(value, 'utf8'));
        return;
      case 'boolean':
        this.#byte(value ? TAG.true : TAG.false);
        return;
      default:
        this.#structure(value, depth);
    }
  }

  #structure(value: Value, depth: number): void {
    if (value === null || value === undefined) {
      this.#byte(TAG.null);
      return;
    }
    if (value instanceof Date) {
      this.#byte(TAG.date);
      this.#double(value.getTime());
      return;
    }
    if (value instanceof Uint8Array) {
      this.#byte(TAG.binary);
      this.#escaped(value);
      return;
    }
    if (Array.isArray(value)) {
      this.#byte(TAG.array);
      for (const element of value) this.value(element, depth + 1);
      this.#byte(TAG.end);
      return;
    }
    this.#byte(TAG.object);
    const members = Object.entries(value as object).map(
      ([name, member]) => [Buffer.from(name, 'utf8'), member as Value] as const,
    );
    members.sort(([a], [b]) => Buffer.compare(a, b));
    for (const [name, member] of members) {
      this.#byte(TAG.string);
      this.#escaped(name);
      this.value(member, depth + 1);
    }
    this.#byte(TAG.end);
  }

  #number(value: number | bigint): void {
    this.#byte(TAG.number);
    if (typeof value === 'number') {
      this.#double(value === 0 ? 0 : value);
      if (Math.abs(value) >= EXACT_LIMIT) this.#remainder(0);
      return;
    }
    let floor = Number(value);
    if (Number.isInteger(floor) && BigInt(floor) > value) floor = previousDouble(floor);
    this.#double(floor);
    if (Math.abs(floor) >= EXACT_LIMIT) this.#remainder(Number(value - BigInt(floor)));
  }

  /** IEEE 754 with the sign bit turned, or all bits for negative numbers: bytes then sort as the numbers do. */
  #double(value: number): void {
    this.#reserve(8);
    scratch.setFloat64(0, value);
    const negative = (scratch.getUint8(0) & 0x80) !== 0;
    for (let at = 0; at < 8; at++) {
      const byte = scratch.getUint8(at);
      this.bytes[this.position++] = negative ? ~byte & 0xff : at === 0 ? byte | 0x80 : byte;
    }
  }

  #remainder(remainder: number): void {
    this.#reserve(2);
    this.bytes[this.position++] = remainder >> 8;
    this.bytes[this.position++] = remainder & 0xff;
  }

  #escaped(bytes: Uint8Array): void {
    this.#reserve(bytes.length * 2 + 2);
    for (let at = 0; at < bytes.length; at++) {
      this.bytes[this.position++] = bytes[at];
      if (bytes[at] === 0) this.bytes[this.position++] = ZERO_ESCAPE;
    }
    this.bytes[this.position++] = 0;
    this.bytes[this.position++] = 0;
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.bytes[this.position++] = byte;
  }

  #reserve(count: number): void {
    if (this.position + count <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.position + count));
    this.bytes.copy(grown, 0, 0, this.position);
    this.bytes = grown;
  }
}

function previousDouble(value: number): number {
  scratch.setFloat64(0, value);
  const bits = scratch.getBigInt64(0);
  scratch.setBigInt64(0, value > 0 ? bits - 1n : bits + 1n);
  return scratch.getFloat64(0);
}

/** One value as bytes that sort as the value does. */
export function encodeKey(value: Value): Uint8Array {
  const writer = new KeyWriter();
  writer.value(value);
  return writer.finish();
}
