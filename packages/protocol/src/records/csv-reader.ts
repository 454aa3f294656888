import { isUtf8 } from 'node:buffer';
import { RECORD_LIMITS } from '../limits.ts';
import { RecordBuffer } from './record-buffer.ts';
import { badRecord, tooLargeReason } from './record-text.ts';
import { SourceFormatError } from './source-format-error.ts';
import {
  FRESH_START,
  type ImportDocument,
  type ReaderStart,
  type RecordPosition,
  type RecordReader,
  type SourceRecord,
} from './source-record.ts';
import { inferValue } from './type-inference.ts';

const QUOTE = 0x22;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];

type Place = 'fieldStart' | 'unquoted' | 'quoted' | 'quoteClosed';

/** A row's field: quoted ones are always text. */
interface CsvField {
  readonly text: string;
  readonly quoted: boolean;
}

export interface CsvOptions {
  /** One ASCII character; `,` unless told. */
  readonly delimiter?: string;
  /** Turns unquoted `42`, `true`, `null` and nothing into what they look like; else all fields are text. */
  readonly inferTypes?: boolean;
  readonly recordMaxBytes?: number;
}

/**
 * Reads CSV after RFC 4180: quoted fields may hold delimiters, line ends and doubled quotes; lines end in CRLF or LF.
 * The first row names the columns, unless `start.columns` does. A row of another length is bad and costs only itself.
 */
export class CsvReader implements RecordReader {
  readonly #limitBytes: number;
  readonly #delimiter: string;
  readonly #delimiterByte: number;
  readonly #inferTypes: boolean;
  readonly #row: RecordBuffer;
  #columns: readonly string[] | undefined;
  #offset: number;
  #line: number;
  #rowLine: number;
  #place: Place = 'fieldStart';

  constructor(start: ReaderStart = FRESH_START, options: CsvOptions = {}) {
    this.#limitBytes = options.recordMaxBytes ?? RECORD_LIMITS.recordMaxBytes;
    this.#delimiter = options.delimiter ?? ',';
    if (!/^[\x01-\x7f]$/.test(this.#delimiter) || /["\r\n]/.test(this.#delimiter)) {
      throw new SourceFormatError('a CSV delimiter is one ASCII character, not a quote and not a line end');
    }
    this.#delimiterByte = this.#delimiter.charCodeAt(0);
    this.#inferTypes = options.inferTypes ?? false;
    this.#row = new RecordBuffer(this.#limitBytes);
    this.#columns = start.columns;
    this.#offset = start.offset;
    this.#line = start.line;
    this.#rowLine = start.line;
  }

  get line(): number {
    return this.#line;
  }

  get columns(): readonly string[] | undefined {
    return this.#columns;
  }

  push(chunk: Uint8Array): SourceRecord[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const records: SourceRecord[] = [];
    let from = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === NEWLINE) this.#line++;
      if (byte === NEWLINE && this.#place !== 'quoted') {
        this.#row.append(bytes.subarray(from, at));
        from = at + 1;
        this.#finishRow(records, this.#offset + from);
        this.#place = 'fieldStart';
      } else if (BYTE_ORDER_MARK[this.#offset + at] !== byte) {
        this.#place = this.#after(byte);
      }
    }
    this.#row.append(bytes.subarray(from));
    this.#offset += bytes.length;
    return records;
  }

  /** Where in its row the next byte stands; a row ends at a line end outside of quotes, however wrong the row is. */
  #after(byte: number): Place {
    switch (this.#place) {
      case 'quoted':
        return byte === QUOTE ? 'quoteClosed' : 'quoted';
      case 'quoteClosed':
        if (byte === QUOTE) return 'quoted'; // it was the first of a doubled quote
        return byte === this.#delimiterByte ? 'fieldStart' : 'unquoted';
      case 'fieldStart':
        if (byte === QUOTE) return 'quoted';
        return byte === this.#delimiterByte ? 'fieldStart' : 'unquoted';
      case 'unquoted':
        return byte === this.#delimiterByte ? 'fieldStart' : 'unquoted';
    }
  }

  end(): SourceRecord[] {
    const records: SourceRecord[] = [];
    if (this.#place === 'quoted') {
      const position = { line: this.#rowLine, endOffset: this.#offset, endLine: this.#line };
      records.push(badRecord('a quoted field is not closed', this.#row.take(), position));
    } else if (this.#row.bytes > 0) {
      this.#finishRow(records, this.#offset);
    }
    return records;
  }

  #finishRow(records: SourceRecord[], endOffset: number): void {
    const position: RecordPosition = { line: this.#rowLine, endOffset, endLine: this.#line };
    this.#rowLine = this.#line;
    const { overflowed } = this.#row;
    const bytes = this.#row.take();
    if (overflowed) {
      records.push(badRecord(tooLargeReason(this.#limitBytes), bytes, position));
      return;
    }
    if (!isUtf8(bytes)) {
      records.push(badRecord('the text is not UTF-8', bytes, position));
      return;
    }
    let text = bytes.toString('utf8');
    if (text.charCodeAt(text.length - 1) === CARRIAGE_RETURN) text = text.slice(0, -1);
    if (endOffset - bytes.length <= 1 && text.startsWith('\ufeff')) text = text.slice(1);
    if (text === '') return;
    const fields = splitRow(text, this.#delimiter);
    if (typeof fields === 'string') records.push(badRecord(fields, bytes, position));
    else if (this.#columns === undefined) this.#columns = checkedColumns(fields.map((field) => field.text));
    else records.push(this.#document(this.#columns, fields, bytes, position));
  }

  #document(
    columns: readonly string[],
    fields: readonly CsvField[],
    bytes: Buffer,
    position: RecordPosition,
  ): SourceRecord {
    if (fields.length !== columns.length) {
      const reason = `${fields.length} fields where the header names ${columns.length}`;
      return badRecord(reason, bytes, position);
    }
    const document: ImportDocument = {};
    for (let index = 0; index < columns.length; index++) {
      const { text, quoted } = fields[index];
      const value = this.#inferTypes && !quoted ? inferValue(text) : text;
      if (columns[index] === '__proto__') Object.defineProperty(document, '__proto__', { value, ...OWN });
      else document[columns[index]] = value;
    }
    return { kind: 'document', document, bytes: bytes.length, ...position };
  }
}

const OWN = { enumerable: true, configurable: true, writable: true } as const;

/** The fields of one row without its line end, or the reason why it is none. */
function splitRow(row: string, delimiter: string): CsvField[] | string {
  const fields: CsvField[] = [];
  let at = 0;
  for (;;) {
    if (row[at] === '"') {
      const closed = closingQuote(row, at + 1);
      if (closed < 0) return 'a quoted field is not closed';
      fields.push({ text: row.slice(at + 1, closed).replaceAll('""', '"'), quoted: true });
      at = closed + 1;
      if (at < row.length && row[at] !== delimiter) return 'text after the closing quote of a field';
    } else {
      const end = row.indexOf(delimiter, at);
      fields.push({ text: row.slice(at, end < 0 ? row.length : end), quoted: false });
      at = end < 0 ? row.length : end;
    }
    if (at >= row.length) return fields;
    at++; // the delimiter; at the row's end an empty field follows it
  }
}

function closingQuote(row: string, from: number): number {
  for (let at = row.indexOf('"', from); at >= 0; at = row.indexOf('"', at + 2)) {
    if (row[at + 1] !== '"') return at;
  }
  return -1;
}

/** Names that documents can be made of; a header that is none ends the import, since every row would be wrong. */
export function checkedColumns(columns: readonly string[]): readonly string[] {
  if (columns.length > RECORD_LIMITS.csvColumnsMax) {
    throw new SourceFormatError(
      `the CSV header names ${columns.length} columns, more than ${RECORD_LIMITS.csvColumnsMax}`,
    );
  }
  const seen = new Set<string>();
  for (const [index, column] of columns.entries()) {
    if (column === '') throw new SourceFormatError(`column ${index + 1} of the CSV header has no name`);
    if (seen.has(column)) throw new SourceFormatError(`the CSV header names the column "${column}" twice`);
    seen.add(column);
  }
  return columns;
}
