import { ByteWriter, decodeValue, LIMITS, type Value } from '@cairn/protocol/internal';
import { buildBlock } from '@cairn/storage/internal';

/** Bytes of the field that says how long something is. */
const LENGTH_BYTES = 4;
/** Bytes of one value: as much as a statement may keep by default, for a group can be most of it. */
const VALUE_MAX_BYTES = 256 * 1024 * 1024;

/** Turns the rows of one operator into bytes and back; made by generated code, which knows their members. */
export interface RowCodec<Row> {
  encode(row: Row, writer: RowWriter): void;
  decode(reader: RowReader): Row;
}

/** Writes rows one behind the other. */
export class RowWriter {
  readonly #writer: ByteWriter;

  constructor(capacityBytes: number) {
    this.#writer = new ByteWriter(capacityBytes);
  }

  /** How many bytes were written since the last `reset`. */
  get length(): number {
    return this.#writer.position;
  }

  /** What was written; valid until the next write. */
  get bytes(): Uint8Array {
    return this.#writer.bytes.subarray(0, this.#writer.position);
  }

  reset(): void {
    this.#writer.reset();
  }

  row<Row>(row: Row, codec: RowCodec<Row>): void {
    const at = this.#begin();
    codec.encode(row, this);
    this.#end(at);
  }

  // What follows is called by generated code.

  value(value: Value): void {
    const at = this.#begin();
    this.#writer.value(value, VALUE_MAX_BYTES, LIMITS.computedNestingMaxDepth);
    this.#end(at);
  }

  /** A stored document, as a block that holds nothing else. */
  document(bytes: Uint8Array, record: number): void {
    const at = this.#begin();
    this.#writer.raw(buildBlock([{ from: bytes, record }], 0, 1, undefined));
    this.#end(at);
  }

  #begin(): number {
    this.#writer.reserve(LENGTH_BYTES);
    this.#writer.position += LENGTH_BYTES;
    return this.#writer.position;
  }

  #end(start: number): void {
    this.#writer.bytes.writeUInt32LE(this.#writer.position - start, start - LENGTH_BYTES);
  }
}

/** Reads what a `RowWriter` wrote. */
export class RowReader {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  /** Goes on in other bytes, of which values may remain views. */
  begin(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#at = 0;
  }

  get position(): number {
    return this.#at;
  }

  /** Bytes that the next row takes, its length included; undefined when not even that can be seen. */
  get rowBytes(): number | undefined {
    if (this.#bytes.length - this.#at < LENGTH_BYTES) return undefined;
    return LENGTH_BYTES + this.#bytes.readUInt32LE(this.#at);
  }

  /** The next row, which must be there as a whole. */
  row<Row>(codec: RowCodec<Row>): Row {
    this.#at += LENGTH_BYTES;
    return codec.decode(this);
  }

  // What follows is called by generated code.

  value(): Value {
    const value = decodeValue(this.#bytes, this.#next());
    // A copy, so that a few bytes that are kept do not keep the whole buffer.
    return value instanceof Uint8Array ? Buffer.from(value) : value;
  }

  /** A block with the document as its only record. */
  document(): Uint8Array {
    const start = this.#next();
    return Buffer.from(this.#bytes.subarray(start, this.#at));
  }

  /** Steps over a member and answers where its bytes begin. */
  #next(): number {
    const start = this.#at + LENGTH_BYTES;
    this.#at = start + this.#bytes.readUInt32LE(this.#at);
    return start;
  }
}
