import { RECORD_LIMITS } from '../limits.ts';
import { RecordBuffer } from './record-buffer.ts';
import { badRecord, recordOfJson, tooLargeReason } from './record-text.ts';
import { FRESH_START, type ReaderStart, type RecordReader, type SourceRecord } from './source-record.ts';

const NEWLINE = 0x0a;
const BLANK = /^[ \t\r]*$/;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** Longer lines are not tested for being blank; a blank line has at most a carriage return. */
const BLANK_MAX_BYTES = 16;

/** Reads one JSON object a line. Blank lines are skipped; a bad line costs only itself. */
export class NdjsonReader implements RecordReader {
  readonly #limitBytes: number;
  readonly #rest: RecordBuffer;
  #offset: number;
  #line: number;

  constructor(start: ReaderStart = FRESH_START, options: { recordMaxBytes?: number } = {}) {
    this.#limitBytes = options.recordMaxBytes ?? RECORD_LIMITS.recordMaxBytes;
    this.#rest = new RecordBuffer(this.#limitBytes);
    this.#offset = start.offset;
    this.#line = start.line;
  }

  get line(): number {
    return this.#line;
  }

  push(chunk: Uint8Array): SourceRecord[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const records: SourceRecord[] = [];
    let from = 0;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, from);
      if (end < 0) break;
      this.#rest.append(bytes.subarray(from, end));
      this.#finishLine(records, 1);
      from = end + 1;
    }
    this.#rest.append(bytes.subarray(from));
    return records;
  }

  end(): SourceRecord[] {
    const records: SourceRecord[] = [];
    if (this.#rest.bytes > 0) this.#finishLine(records, 0);
    return records;
  }

  #finishLine(records: SourceRecord[], newlineBytes: number): void {
    const startsSource = this.#offset === 0;
    const { overflowed, bytes: length } = this.#rest;
    let bytes = this.#rest.take();
    this.#offset += length + newlineBytes;
    const position = { line: this.#line, endOffset: this.#offset, endLine: this.#line + newlineBytes };
    this.#line += newlineBytes;
    if (startsSource && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) bytes = bytes.subarray(3);
    if (overflowed) records.push(badRecord(tooLargeReason(this.#limitBytes), bytes, position));
    else if (bytes.length > BLANK_MAX_BYTES || !BLANK.test(bytes.toString('latin1'))) {
      records.push(recordOfJson(bytes, position));
    }
  }
}
