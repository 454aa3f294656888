import { LIMITS } from '../limits.ts';
import { FrameTooLarge } from './frame-too-large.ts';

const HEADER_BYTES = 4;
/** What a frame that arrives in pieces gets at first; after that its room doubles as its bytes really come. */
const FIRST_ROOM_BYTES = 4096;

/**
 * Cuts a stream of bytes into frames: four bytes of length, big-endian, then the payload (docs/formats/frame.md).
 *
 * Invariant: room is taken for bytes that have arrived, at most twice as much, never for bytes that are announced. A
 * payload that lies in one chunk is handed out as a view of it; treat payloads as read-only.
 *
 * @example
 * reader.push(chunk);
 * for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
 *   if (frame instanceof FrameTooLarge) refuse(frame);
 *   else handle(frame);
 * }
 */
export class FrameReader {
  #maxBytes: number;
  /** Chunks not yet looked at, the first from `#offset` on. */
  readonly #chunks: Buffer[] = [];
  #first = 0;
  #offset = 0;
  /** The header's bytes while it is split between chunks. */
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerFilled = 0;
  /** The payload that is being put together, and its announced length; -1 while between frames. */
  #announced = -1;
  #payload: Buffer = Buffer.alloc(0);
  #filled = 0;
  #toSkip = 0;

  /** @param maxBytes the largest payload that is taken */
  constructor(maxBytes: number = LIMITS.frameMaxBytes) {
    this.#maxBytes = maxBytes;
  }

  /** Changes the largest payload that is taken, from the next frame on: more is allowed once somebody has authenticated. */
  setMaxBytes(maxBytes: number): void {
    this.#maxBytes = maxBytes;
  }

  /** Takes bytes as they come, in pieces of any size. The reader keeps the chunk until its frames are read. */
  push(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
  }

  /** A frame has begun to come and is not there yet; also one that is being skipped. */
  get isInFrame(): boolean {
    return this.#announced >= 0 || this.#toSkip > 0 || this.#headerFilled > 0;
  }

  /** Gives up the frame that has begun to come: what is there of it is let go, the rest is skipped. False when there is none. */
  abandon(): boolean {
    if (this.#announced < 0) return false;
    this.#toSkip = this.#announced - this.#filled;
    this.#announced = -1;
    this.#payload = Buffer.alloc(0);
    this.#filled = 0;
    return true;
  }

  /** Bytes that are held but do not make a frame yet. */
  get pendingBytes(): number {
    let total = this.#headerFilled + this.#filled - this.#offset;
    for (let i = this.#first; i < this.#chunks.length; i++) total += this.#chunks[i].length;
    return total;
  }

  /** The next whole payload, the news of one that is too large, or `undefined` when more bytes are needed. */
  next(): Buffer | FrameTooLarge | undefined {
    for (;;) {
      if (this.#toSkip > 0 && !this.#skip()) return undefined;
      if (this.#announced < 0) {
        if (!this.#readHeader()) return undefined;
        if (this.#announced > this.#maxBytes) return this.#refuse();
      }
      const payload = this.#readPayload();
      if (payload === undefined) return undefined;
      this.#announced = -1;
      return payload;
    }
  }

  #refuse(): FrameTooLarge {
    const tooLarge = new FrameTooLarge({ announcedBytes: this.#announced, limitBytes: this.#maxBytes });
    this.#toSkip = this.#announced;
    this.#announced = -1;
    return tooLarge;
  }

  /** Drops what has come of a refused payload; true when all of it is gone. */
  #skip(): boolean {
    while (this.#toSkip > 0) {
      const chunk = this.#current();
      if (chunk === undefined) return false;
      const count = Math.min(this.#toSkip, chunk.length - this.#offset);
      this.#advance(count);
      this.#toSkip -= count;
    }
    return true;
  }

  #readHeader(): boolean {
    const chunk = this.#current();
    if (chunk === undefined) return false;
    if (this.#headerFilled === 0 && chunk.length - this.#offset >= HEADER_BYTES) {
      this.#announced = chunk.readUInt32BE(this.#offset);
      this.#advance(HEADER_BYTES);
      return true;
    }
    while (this.#headerFilled < HEADER_BYTES) {
      const next = this.#current();
      if (next === undefined) return false;
      this.#header[this.#headerFilled++] = next[this.#offset];
      this.#advance(1);
    }
    this.#headerFilled = 0;
    this.#announced = this.#header.readUInt32BE(0);
    return true;
  }

  #readPayload(): Buffer | undefined {
    const length = this.#announced;
    if (length === 0) return Buffer.alloc(0);
    const chunk = this.#current();
    if (chunk === undefined) return undefined;
    if (this.#filled === 0 && chunk.length - this.#offset >= length) {
      const payload = chunk.subarray(this.#offset, this.#offset + length);
      this.#advance(length);
      return payload;
    }
    return this.#collect(length);
  }

  /** Puts a payload together that lies in several chunks. */
  #collect(length: number): Buffer | undefined {
    while (this.#filled < length) {
      const chunk = this.#current();
      if (chunk === undefined) return undefined;
      const count = Math.min(length - this.#filled, chunk.length - this.#offset);
      this.#makeRoom(count, length);
      chunk.copy(this.#payload, this.#filled, this.#offset, this.#offset + count);
      this.#filled += count;
      this.#advance(count);
    }
    const payload = this.#payload.subarray(0, length);
    this.#payload = Buffer.alloc(0);
    this.#filled = 0;
    return payload;
  }

  #makeRoom(count: number, length: number): void {
    const needed = this.#filled + count;
    if (this.#payload.length >= needed) return;
    const room = Math.min(length, Math.max(2 * needed, FIRST_ROOM_BYTES));
    const larger = Buffer.allocUnsafeSlow(room);
    this.#payload.copy(larger, 0, 0, this.#filled);
    this.#payload = larger;
  }

  /** The chunk with the next unread byte. */
  #current(): Buffer | undefined {
    if (this.#first < this.#chunks.length) return this.#chunks[this.#first];
    if (this.#first > 0) {
      this.#chunks.length = 0;
      this.#first = 0;
    }
    return undefined;
  }

  #advance(count: number): void {
    this.#offset += count;
    if (this.#offset < this.#chunks[this.#first].length) return;
    this.#offset = 0;
    this.#first++;
    // Chunks that are done with are let go in batches, so that a queue of many small ones is not moved for each.
    if (this.#first >= 1024) {
      this.#chunks.splice(0, this.#first);
      this.#first = 0;
    }
  }
}
