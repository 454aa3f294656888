import type { Value } from '@cairn/protocol/internal';
import { TAG } from './encode-key.ts';

const scratch = new DataView(new ArrayBuffer(8));
const EXACT_LIMIT = 2 ** 53;

/** Reads the value at the start of a key, the inverse of `encodeKey`; objects come back with their names sorted. */
export function decodeKey(bytes: Uint8Array, start = 0): { value: Value; end: number } {
  const reader = new KeyReader(bytes, start);
  return { value: reader.value(), end: reader.position };
}

class KeyReader {
  readonly #bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.position = start;
  }

  value(): Value {
    const tag = this.#bytes[this.position++];
    switch (tag) {
      case TAG.null:
        return null;
      case TAG.false:
        return false;
      case TAG.true:
        return true;
      case TAG.number:
        return this.#number();
      case TAG.string:
        return this.#escaped().toString('utf8');
      case TAG.date:
        return new Date(this.#double());
      case TAG.binary:
        return this.#escaped();
      case TAG.array:
        return this.#array();
      case TAG.object:
        return this.#object();
      default:
        throw new RangeError(`byte ${tag} at ${this.position - 1} begins no key`);
    }
  }

  #array(): Value {
    const elements: Value[] = [];
    while (this.#bytes[this.position] !== TAG.end) elements.push(this.value());
    this.position++;
    return elements;
  }

  #object(): Value {
    const members: { [name: string]: Value } = {};
    while (this.#bytes[this.position] !== TAG.end) {
      const name = this.value() as string;
      Object.defineProperty(members, name, {
        value: this.value(),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    this.position++;
    return members;
  }

  #number(): Value {
    const double = this.#double();
    if (Math.abs(double) < EXACT_LIMIT) return double;
    const remainder = (this.#bytes[this.position] << 8) | this.#bytes[this.position + 1];
    this.position += 2;
    return remainder === 0 ? double : BigInt(double) + BigInt(remainder);
  }

  #double(): number {
    const negative = (this.#bytes[this.position] & 0x80) === 0;
    for (let at = 0; at < 8; at++) {
      const byte = this.#bytes[this.position++];
      scratch.setUint8(at, negative ? ~byte & 0xff : at === 0 ? byte & 0x7f : byte);
    }
    return scratch.getFloat64(0);
  }

  #escaped(): Buffer {
    const out: number[] = [];
    for (;;) {
      const byte = this.#bytes[this.position++];
      if (byte !== 0) out.push(byte);
      else if (this.#bytes[this.position++] === 0) return Buffer.from(out);
      else out.push(0);
    }
  }
}
