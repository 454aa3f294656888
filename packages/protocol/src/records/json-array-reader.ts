import { RECORD_LIMITS } from '../limits.ts';
import { RecordBuffer } from './record-buffer.ts';
import { badRecord, recordOfJson, tooLargeReason } from './record-text.ts';
import { FRESH_START, type ReaderStart, type RecordReader, type SourceRecord } from './source-record.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;
}

/**
 * Reads the elements of one JSON array as records without ever holding the array. Elements are told apart by brackets
 * and strings alone and parsed one by one, so that a bad element costs only itself.
 *
 * A source that begins with `{` instead is read as objects one after another, with or without space between.
 */
export class JsonArrayReader implements RecordReader {
  readonly #limitBytes: number;
  readonly #element: RecordBuffer;
  #offset: number;
  #line: number;
  #shape: 'unknown' | 'array' | 'sequence' | 'ended' = 'unknown';
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Line on which the element's first byte stands; 0 between elements. */
  #elementLine = 0;
  /** A comma was read, so that `[{…},]` names its missing element. */
  #afterComma = false;
  #junkReported = false;

  /** A start past 0 lies after an element: the shape is taken up from the next byte. */
  constructor(start: ReaderStart = FRESH_START, options: { recordMaxBytes?: number } = {}) {
    this.#limitBytes = options.recordMaxBytes ?? RECORD_LIMITS.recordMaxBytes;
    this.#element = new RecordBuffer(this.#limitBytes);
    this.#offset = start.offset;
    this.#line = start.line;
  }

  get line(): number {
    return this.#line;
  }

  push(chunk: Uint8Array): SourceRecord[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const records: SourceRecord[] = [];
    let from = 0; // where the piece of the element begins that lies in this chunk
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === NEWLINE) this.#line++;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
        continue;
      }
      if (this.#elementLine === 0) {
        if (isSpace(byte)) continue;
        const begins = this.#between(byte, this.#offset + at, records);
        if (!begins) continue;
        from = at;
        this.#elementLine = this.#line;
        this.#afterComma = false;
      }
      const finished = this.#inside(byte);
      if (finished === undefined) continue;
      this.#element.append(bytes.subarray(from, finished === 'before' ? at : at + 1));
      this.#finish(records, this.#offset + at + (finished === 'before' ? 0 : 1));
      // The comma or bracket that ended an element belongs to what is between elements.
      if (finished === 'before') this.#between(byte, this.#offset + at, records);
    }
    if (this.#elementLine > 0) this.#element.append(bytes.subarray(from));
    this.#offset += bytes.length;
    return records;
  }

  end(): SourceRecord[] {
    const records: SourceRecord[] = [];
    if (this.#elementLine > 0) {
      const whole = this.#shape === 'sequence' && this.#depth === 0;
      if (whole) this.#finish(records, this.#offset);
      else this.#unfinished(records);
    } else if (this.#shape === 'array') {
      const position = { line: this.#line, endOffset: this.#offset, endLine: this.#line };
      records.push(badRecord('the array is not closed: the source ends too early', Buffer.alloc(0), position));
    }
    return records;
  }

  /** A byte outside of elements; true when it begins one. */
  #between(byte: number, offset: number, records: SourceRecord[]): boolean {
    if (this.#shape === 'unknown') {
      if (BYTE_ORDER_MARK[offset] === byte) return false;
      if (offset > 0 && (byte === COMMA || byte === CLOSE_BRACKET)) this.#shape = 'array';
      else if (byte === OPEN_BRACKET) {
        this.#shape = 'array';
        return false;
      } else this.#shape = 'sequence';
    }
    if (this.#shape === 'sequence') return true;
    if (this.#shape === 'ended') {
      const position = { line: this.#line, endOffset: offset + 1, endLine: this.#line };
      if (!this.#junkReported) records.push(badRecord('text after the end of the array', Buffer.of(byte), position));
      this.#junkReported = true;
      return false;
    }
    if (byte === COMMA) {
      if (this.#afterComma) records.push(this.#missing(offset));
      this.#afterComma = true;
      return false;
    }
    if (byte === CLOSE_BRACKET) {
      if (this.#afterComma) records.push(this.#missing(offset));
      this.#shape = 'ended';
      return false;
    }
    return true;
  }

  /** Like an element it ends before the sign behind it, by which a reader that starts there knows an array. */
  #missing(offset: number): SourceRecord {
    const position = { line: this.#line, endOffset: offset, endLine: this.#line };
    return badRecord('an element is missing', Buffer.alloc(0), position);
  }

  /** A byte of an element; says whether the element ends before it or with it. */
  #inside(byte: number): 'before' | 'with' | undefined {
    if (byte === QUOTE) {
      this.#inString = true;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      this.#depth++;
    } else if (this.#depth > 0) {
      if (byte !== CLOSE_BRACE && byte !== CLOSE_BRACKET) return undefined;
      this.#depth--;
      return this.#depth === 0 && this.#shape === 'sequence' ? 'with' : undefined;
    } else if (this.#shape === 'array') {
      if (byte === COMMA || byte === CLOSE_BRACKET) return 'before';
    } else if (byte === NEWLINE) {
      return 'before'; // junk in a sequence ends at its line's end
    }
    return undefined;
  }

  #finish(records: SourceRecord[], endOffset: number): void {
    const position = { line: this.#elementLine, endOffset, endLine: this.#line };
    const { overflowed } = this.#element;
    const bytes = this.#element.take();
    records.push(
      overflowed ? badRecord(tooLargeReason(this.#limitBytes), bytes, position) : recordOfJson(bytes, position),
    );
    this.#elementLine = 0;
  }

  #unfinished(records: SourceRecord[]): void {
    const position = { line: this.#elementLine, endOffset: this.#offset, endLine: this.#line };
    records.push(badRecord('the source ends inside this element', this.#element.take(), position));
    this.#elementLine = 0;
  }
}
