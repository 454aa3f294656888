import {
  type CsvOptions,
  CsvReader,
  JsonArrayReader,
  NdjsonReader,
  type ReaderStart,
  type RecordReader,
} from '@cairn/protocol/internal';
import { UsageError } from '../../command-error.ts';

export const SOURCE_FORMATS = ['ndjson', 'json', 'csv', 'tsv'] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

const FORMAT_OF_EXTENSION = new Map<string, SourceFormat>([
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
  ['json', 'json'],
  ['csv', 'csv'],
  ['tsv', 'tsv'],
]);

/** The format that a file name tells; a name that tells none is a usage error which says how to name one. */
export function formatOfName(fileName: string): SourceFormat {
  const extension = /\.([A-Za-z0-9]+)$/.exec(fileName)?.[1].toLowerCase() ?? '';
  const format = FORMAT_OF_EXTENSION.get(extension);
  if (format === undefined) {
    throw new UsageError(`the name ${fileName} tells no format: add --format ${SOURCE_FORMATS.join('|')}`);
  }
  return format;
}

export function createReader(format: SourceFormat, start: ReaderStart, options: CsvOptions): RecordReader {
  switch (format) {
    case 'ndjson':
      return new NdjsonReader(start, options);
    case 'json':
      return new JsonArrayReader(start, options);
    case 'csv':
      return new CsvReader(start, options);
    case 'tsv':
      return new CsvReader(start, { delimiter: '\t', ...options });
  }
}
