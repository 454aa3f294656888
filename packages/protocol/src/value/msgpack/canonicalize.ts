import { isUtf8 } from 'node:buffer';
import { LIMITS } from '../../limits.ts';
import { InvalidValueError } from '../invalid-value-error.ts';
import { ARRAY, MAP, writeBinaryHeader, writeContainerHeader, writeTextHeader } from './header-bytes.ts';
import {
  NUMBER_MAX_BYTES,
  readFloat32,
  readFloat64,
  readUint16,
  readUint32,
  writeInt64,
  writeNumber,
} from './number-bytes.ts';
import { readText } from './text-bytes.ts';
import { readTimestamp, TIMESTAMP_MAX_BYTES, writeTimestamp } from './timestamp-bytes.ts';

/** What `canonicalize` may be given other than the protocol's own limits. */
export interface CanonicalLimits {
  /** Levels of arrays and maps inside one another. */
  readonly nestingMaxDepth?: number;
}

export interface CanonicalValue {
  /** The value in canonical form, in memory of its own. */
  readonly bytes: Uint8Array;
  /** Where the value ended in the input. */
  readonly end: number;
}

/** Up to this many bytes text is copied and checked by a loop; longer text by native code. Measured on Node 24. */
const SHORT_TEXT_BYTES = 96;
/** Maps of more members look for repeated names in a set instead of pair by pair. */
const PAIRWISE_MEMBERS_MAX = 32;
/** Beyond this the output buffer is not kept for the next value. */
const KEPT_BYTES_MAX = 1024 * 1024;

/**
 * Walks the msgpack value that starts at `start`, checks all of it, and rewrites it in canonical form (see
 * docs/formats/stored-value.md). For bytes from outside: whatever they hold, the outcome is a value or an
 * InvalidValueError that names the path and the offset, and no more memory is taken than a few times the input.
 *
 * Float 32 becomes float 64, whole floats become integers, headers become as short as they can be, members whose name is
 * nil are dropped, and of members with the same name the last value stands in the first one's place.
 */
export function canonicalize(input: Uint8Array, start: number, limits: CanonicalLimits = {}): CanonicalValue {
  return walker.run(input, start, limits.nestingMaxDepth ?? LIMITS.nestingMaxDepth);
}

/** What the walker holds between values, so that it keeps no frame alive. */
const NOTHING: Uint8Array = Buffer.alloc(0);

class CanonicalWalker {
  private input: Uint8Array = NOTHING;
  private position = 0;
  private output: Buffer = Buffer.allocUnsafeSlow(4096);
  private written = 0;
  private depthMax = 0;
  /** Where in the input each open level's present member begins, as `~index` for arrays: the path of an error. */
  private path = new Int32Array(128);
  private depth = 0;
  /** A cheap hash and the output position of each name of the maps that are open, innermost last. */
  private readonly nameHashes: number[] = [];
  private readonly nameStarts: number[] = [];

  run(input: Uint8Array, start: number, depthMax: number): CanonicalValue {
    this.input = input;
    this.position = start;
    this.written = 0;
    this.depth = 0;
    this.depthMax = depthMax;
    if (this.path.length < depthMax + 2) this.path = new Int32Array(depthMax + 2);
    this.nameHashes.length = 0;
    this.nameStarts.length = 0;
    try {
      this.value();
      const bytes = Buffer.allocUnsafe(this.written);
      this.output.copy(bytes, 0, 0, this.written);
      return { bytes, end: this.position };
    } finally {
      this.input = NOTHING;
      if (this.output.length > KEPT_BYTES_MAX) this.output = Buffer.allocUnsafeSlow(4096);
    }
  }

  private value(): void {
    const input = this.input;
    if (this.position >= input.length) this.fail('the data ends inside a value');
    const marker = input[this.position++];
    if (marker < 0x80 || marker >= 0xe0) {
      this.reserve(1);
      this.output[this.written++] = marker;
    } else if (marker >= 0xa0 && marker < 0xc0) {
      this.text(marker & 0x1f);
    } else if (marker < 0x90) {
      this.map(marker & 0x0f);
    } else if (marker < 0xa0) {
      this.array(marker & 0x0f);
    } else {
      this.marked(marker);
    }
  }

  private marked(marker: number): void {
    switch (marker) {
      case 0xc0:
      case 0xc2:
      case 0xc3:
        this.reserve(1);
        this.output[this.written++] = marker;
        break;
      case 0xd3:
        this.int64();
        break;
      case 0xcb:
        this.number(readFloat64(this.input, this.take(8)));
        break;
      case 0xd9:
        this.text(this.size(1));
        break;
      case 0xda:
        this.text(this.size(2));
        break;
      case 0xdb:
        this.text(this.size(4));
        break;
      case 0xca:
        this.number(readFloat32(this.input, this.take(4)));
        break;
      case 0xcc:
        this.number(this.size(1));
        break;
      case 0xcd:
        this.number(this.size(2));
        break;
      case 0xce:
        this.number(this.size(4));
        break;
      case 0xcf:
        this.uint64();
        break;
      case 0xd0:
        this.number((this.size(1) << 24) >> 24);
        break;
      case 0xd1:
        this.number((this.size(2) << 16) >> 16);
        break;
      case 0xd2:
        this.number(this.size(4) | 0);
        break;
      case 0xc4:
        this.binary(this.size(1));
        break;
      case 0xc5:
        this.binary(this.size(2));
        break;
      case 0xc6:
        this.binary(this.size(4));
        break;
      case 0xdc:
        this.array(this.size(2));
        break;
      case 0xdd:
        this.array(this.size(4));
        break;
      case 0xde:
        this.map(this.size(2));
        break;
      case 0xdf:
        this.map(this.size(4));
        break;
      case 0xc7:
        this.extension(this.size(1));
        break;
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        this.extension(1 << (marker - 0xd4));
        break;
      case 0xc8:
        this.extension(this.size(2));
        break;
      case 0xc9:
        this.extension(this.size(4));
        break;
      default:
        this.fail('a reserved byte where a value begins');
    }
  }

  private number(value: number): void {
    if (value - value !== 0) this.fail(`${value} is not a storable number`);
    this.reserve(NUMBER_MAX_BYTES);
    this.written = writeNumber(this.output, this.written, value);
  }

  private int64(): void {
    const at = this.take(8);
    this.reserve(NUMBER_MAX_BYTES);
    const high = readUint32(this.input, at) | 0;
    this.written = writeInt64(this.output, this.written, high, readUint32(this.input, at + 4));
  }

  private uint64(): void {
    const at = this.take(8);
    this.reserve(NUMBER_MAX_BYTES);
    const high = readUint32(this.input, at);
    if (high < 0x80000000) {
      this.written = writeInt64(this.output, this.written, high, readUint32(this.input, at + 4));
      return;
    }
    this.input.subarray(at - 1, at + 8).forEach((byte) => {
      this.output[this.written++] = byte;
    });
  }

  private text(length: number): void {
    const from = this.take(length);
    this.reserve(5 + length);
    this.written = writeTextHeader(this.output, this.written, length);
    if (length <= SHORT_TEXT_BYTES) this.shortText(from, length);
    else this.longText(from, length);
  }

  private shortText(from: number, length: number): void {
    const input = this.input;
    const output = this.output;
    const end = from + length;
    let to = this.written;
    let bits = 0;
    for (let i = from; i < end; i++) {
      const byte = input[i];
      bits |= byte;
      output[to++] = byte;
    }
    this.written = to;
    if (bits > 0x7f && !isUtf8(input.subarray(from, end))) this.fail('text that is not UTF-8');
  }

  private longText(from: number, length: number): void {
    const text = this.input.subarray(from, from + length);
    if (!isUtf8(text)) this.fail('text that is not UTF-8');
    this.output.set(text, this.written);
    this.written += length;
  }

  private binary(length: number): void {
    const from = this.take(length);
    this.reserve(5 + length);
    this.written = writeBinaryHeader(this.output, this.written, length);
    this.output.set(this.input.subarray(from, from + length), this.written);
    this.written += length;
  }

  private extension(length: number): void {
    const type = this.size(1);
    const at = this.take(length);
    if (type !== 0xff) this.fail(`an extension of type ${(type << 24) >> 24}`);
    const ms = readTimestamp(this.input, at, length);
    if (Number.isNaN(ms)) this.fail('a timestamp that is no date');
    this.reserve(TIMESTAMP_MAX_BYTES);
    this.written = writeTimestamp(this.output, this.written, ms);
  }

  private array(count: number): void {
    this.enter(count);
    this.reserve(5);
    this.written = writeContainerHeader(this.output, this.written, ARRAY, count);
    const path = this.path;
    const depth = this.depth;
    for (let i = 0; i < count; i++) {
      path[depth] = ~i;
      this.value();
    }
    this.depth--;
  }

  private map(count: number): void {
    this.enter(2 * count);
    this.reserve(5);
    const header = this.written;
    this.written = writeContainerHeader(this.output, header, MAP, count);
    const body = this.written;
    const base = this.nameHashes.length;
    const depth = this.depth;
    let kept = count;
    for (let i = 0; i < count; i++) {
      this.path[depth] = this.position;
      if (this.input[this.position] === 0xc0) {
        // Some clients' maps carry a nil key with a class's name: it is no member.
        this.dropMember();
        kept--;
      } else {
        this.name();
        this.value();
      }
    }
    if (this.hasRepeatedName(base)) kept = this.mergeRepeated(base, body);
    if (kept !== count) this.rewriteMapHeader(header, body, kept);
    this.nameHashes.length = base;
    this.nameStarts.length = base;
    this.depth--;
  }

  private name(): void {
    const input = this.input;
    const at = this.position;
    if (at >= input.length) this.fail('the data ends inside a map');
    const marker = input[at];
    const start = this.written;
    this.position = at + 1;
    if (marker >= 0xa0 && marker < 0xc0) this.text(marker & 0x1f);
    else if (marker === 0xd9) this.text(this.size(1));
    else if (marker === 0xda) this.text(this.size(2));
    else if (marker === 0xdb) this.text(this.size(4));
    else this.fail('a member whose name is not text');
    const output = this.output;
    const end = this.written;
    this.nameStarts.push(start);
    this.nameHashes.push(
      ((end - start) << 24) ^ (output[end - 1] << 16) ^ (output[start + 1] << 8) ^ output[(start + end) >> 1],
    );
  }

  /** Walks a member whose name is nil and takes back what it wrote. */
  private dropMember(): void {
    const written = this.written;
    this.position++;
    this.value();
    this.written = written;
  }

  private hasRepeatedName(base: number): boolean {
    const hashes = this.nameHashes;
    const total = hashes.length;
    if (total - base > PAIRWISE_MEMBERS_MAX) {
      const seen = new Set<string>();
      for (let i = base; i < total; i++) seen.add(this.nameText(i));
      return seen.size !== total - base;
    }
    for (let i = base + 1; i < total; i++) {
      const hash = hashes[i];
      for (let j = base; j < i; j++) if (hashes[j] === hash && this.nameText(i) === this.nameText(j)) return true;
    }
    return false;
  }

  private nameText(index: number): string {
    const start = this.nameStarts[index];
    return readText(this.output, this.nameValueStart(start), this.nameEnd(start));
  }

  private nameValueStart(start: number): number {
    const marker = this.output[start];
    return start + (marker < 0xc0 ? 1 : marker === 0xd9 ? 2 : marker === 0xda ? 3 : 5);
  }

  private nameEnd(start: number): number {
    const output = this.output;
    const marker = output[start];
    if (marker < 0xc0) return start + 1 + (marker & 0x1f);
    if (marker === 0xd9) return start + 2 + output[start + 1];
    return marker === 0xda ? start + 3 + readUint16(output, start + 1) : start + 5 + readUint32(output, start + 1);
  }

  /** Rewrites the members from `body` on so that each name stands once; returns how many remain. */
  private mergeRepeated(base: number, body: number): number {
    const total = this.nameStarts.length;
    const members = new Map<string, Buffer>();
    for (let i = base; i < total; i++) {
      const end = i + 1 < total ? this.nameStarts[i + 1] : this.written;
      members.set(this.nameText(i), Buffer.from(this.output.subarray(this.nameStarts[i], end)));
    }
    let to = body;
    for (const member of members.values()) to += member.copy(this.output, to);
    this.written = to;
    return members.size;
  }

  private rewriteMapHeader(header: number, body: number, count: number): void {
    const newBody = writeContainerHeader(this.output, header, MAP, count);
    if (newBody === body) return;
    // The members of this map have no use for their names' positions any more, so moving them spoils nothing.
    this.output.copyWithin(newBody, body, this.written);
    this.written -= body - newBody;
  }

  /** Goes one level down, after checking that the announced items, a byte each at least, can be there. */
  private enter(items: number): void {
    if (items > this.input.length - this.position) this.fail('more items are announced than there are bytes');
    this.depth++;
    if (this.depth > this.depthMax) this.fail(`nested deeper than ${this.depthMax} levels`);
  }

  private size(width: 1 | 2 | 4): number {
    const at = this.take(width);
    if (width === 1) return this.input[at];
    return width === 2 ? readUint16(this.input, at) : readUint32(this.input, at);
  }

  private take(count: number): number {
    const at = this.position;
    if (count > this.input.length - at) this.fail('the data ends inside a value');
    this.position = at + count;
    return at;
  }

  private reserve(count: number): void {
    if (this.output.length - this.written < count) this.grow(count);
  }

  private grow(count: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.output.length * 2, this.written + count));
    this.output.copy(larger, 0, 0, this.written);
    this.output = larger;
  }

  private fail(reason: string): never {
    throw new InvalidValueError(reason, { path: this.pathText(), offset: this.position });
  }

  private pathText(): string {
    let text = '';
    for (let level = 1; level <= Math.min(this.depth, this.depthMax); level++) {
      const entry = this.path[level];
      if (entry < 0) text += `[${~entry}]`;
      else text += `${text === '' ? '' : '.'}${nameForPath(this.input, entry)}`;
    }
    return text;
  }
}

const walker = new CanonicalWalker();

/** The name that begins at `at` of untrusted bytes, shortened, or `?` when there is none. */
function nameForPath(input: Uint8Array, at: number): string {
  const marker = input[at];
  const [start, length] =
    marker >= 0xa0 && marker < 0xc0
      ? [at + 1, marker & 0x1f]
      : marker === 0xd9
        ? [at + 2, input[at + 1] ?? 0]
        : [at, 0];
  if (length === 0) return '?';
  return Buffer.from(input.subarray(start, start + Math.min(length, 40))).toString('utf8');
}
