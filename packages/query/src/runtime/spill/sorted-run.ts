import { type RowCodec, RowReader, RowWriter } from './row-codec.ts';
import type { Extent } from './spill-file.ts';
import type { SpillHost } from './spill-host.ts';

/** Bytes that are gathered before they are written: a fraction of a millisecond of copying. */
const WRITE_BYTES = 256 * 1024;
/** Bytes that one read of a run asks for; as many runs as are merged at once have such a buffer. */
const READ_BYTES = 64 * 1024;

/** Hands out rows in order. */
export interface RowSource<Row> {
  next(): Row | undefined;
}

/** Writes rows that come in order into the spill file. */
export class RunWriter<Row> {
  readonly #codec: RowCodec<Row>;
  readonly #host: SpillHost;
  readonly #writer = new RowWriter(WRITE_BYTES);
  #extent: Extent | undefined;

  constructor(codec: RowCodec<Row>, host: SpillHost) {
    this.#codec = codec;
    this.#host = host;
  }

  /** True when bytes went to the file: a good moment to let others run. */
  add(row: Row): boolean {
    this.#writer.row(row, this.#codec);
    if (this.#writer.length < WRITE_BYTES) return false;
    this.#flush();
    return true;
  }

  finish(): SortedRun<Row> {
    this.#flush();
    return new SortedRun(this.#extent!, this.#codec, this.#host);
  }

  /** Nobody else writes while a run is written, so that it is one stretch of the file. */
  #flush(): void {
    if (this.#writer.length === 0) return;
    const { start, end } = this.#host.spillFile.append(this.#writer.bytes);
    this.#extent = { start: this.#extent?.start ?? start, end };
    this.#writer.reset();
  }
}

/** A run in the spill file, read once from its beginning to its end. */
export class SortedRun<Row> implements RowSource<Row> {
  readonly #codec: RowCodec<Row>;
  readonly #host: SpillHost;
  readonly #reader = new RowReader();
  readonly #bytes: number;
  readonly #end: number;
  #position: number;
  #buffer: Buffer = Buffer.alloc(0);
  #isClosed = false;

  constructor(extent: Extent, codec: RowCodec<Row>, host: SpillHost) {
    this.#codec = codec;
    this.#host = host;
    this.#position = extent.start;
    this.#end = extent.end;
    this.#bytes = extent.end - extent.start;
  }

  next(): Row | undefined {
    const left = this.#buffer.length - this.#reader.position;
    const needed = this.#reader.rowBytes;
    if (needed === undefined || needed > left) {
      if (left === 0 && this.#position === this.#end) return this.close();
      this.#refill(left, needed ?? 0);
      return this.next();
    }
    return this.#reader.row(this.#codec);
  }

  close(): undefined {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#buffer = Buffer.alloc(0);
    this.#reader.begin(this.#buffer);
    this.#position = this.#end;
    this.#host.spillFile.release(this.#bytes);
  }

  /** Reads on behind the bytes that are left, into room of its own: values may be views of the bytes before. */
  #refill(left: number, needed: number): void {
    const wanted = Math.min(Math.max(READ_BYTES, needed), left + this.#end - this.#position);
    const buffer = Buffer.allocUnsafeSlow(wanted);
    this.#buffer.copy(buffer, 0, this.#reader.position);
    this.#host.spillFile.read(buffer.subarray(left), this.#position);
    this.#position += wanted - left;
    this.#buffer = buffer;
    this.#reader.begin(buffer);
  }
}
