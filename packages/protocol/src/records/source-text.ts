import { CsvReader } from './csv-reader.ts';
import { JsonArrayReader } from './json-array-reader.ts';
import { NdjsonReader } from './ndjson-reader.ts';
import type { RecordReader } from './source-record.ts';

/** The forms in which many documents come as one text. */
export const RECORD_FORMATS = ['ndjson', 'json', 'csv'] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];

const BY_NAME: ReadonlyMap<string, RecordFormat> = new Map([
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
  ['json', 'json'],
  ['csv', 'csv'],
]);
/** Bytes in which the first sign is looked for. */
const SIGN_WITHIN_BYTES = 1_024;

/** The format of a name or an ending of files, in any case; undefined for others. */
export function recordFormatNamed(name: string): RecordFormat | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** What a source is by how it begins: `[` begins an array and `{` a line of JSON; nothing else does. */
export function recordFormatOf(start: Uint8Array): RecordFormat {
  const sign = /^\ufeff?\s*(\S)/.exec(Buffer.from(start.subarray(0, SIGN_WITHIN_BYTES)).toString('utf8'))?.[1];
  if (sign === '[') return 'json';
  return sign === '{' ? 'ndjson' : 'csv';
}

/** @param options.inferTypes whether numbers in CSV are numbers */
export function recordReader(format: RecordFormat, options: { readonly inferTypes?: boolean } = {}): RecordReader {
  switch (format) {
    case 'ndjson':
      return new NdjsonReader();
    case 'json':
      return new JsonArrayReader();
    case 'csv':
      return new CsvReader(undefined, options);
  }
}
