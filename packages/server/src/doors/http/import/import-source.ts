import {
  CsvReader,
  JsonArrayReader,
  NdjsonReader,
  type RecordReader,
  type SourceRecord,
} from '@cairn/protocol/internal';
import { HTTP_IMPORT_BYTES_MAX } from '../../../limits.ts';
import { HttpProblem } from '../errors/http-problem.ts';
import { MultipartBody } from './multipart-body.ts';

export const IMPORT_FORMATS = ['ndjson', 'json', 'csv'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

const FORMATS_OF_TYPES: ReadonlyMap<string, ImportFormat> = new Map([
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
  ['application/json', 'json'],
  ['text/csv', 'csv'],
]);
const FORMATS_OF_NAMES: ReadonlyMap<string, ImportFormat> = new Map([
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
  ['json', 'json'],
  ['csv', 'csv'],
]);

/** What bodies an import takes. */
export const IMPORT_TYPES: readonly string[] = [
  'multipart/form-data',
  'application/x-ndjson',
  'application/json',
  'text/csv',
];

/** What came, and what is said about it. */
export interface ImportBody {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly contentType: string;
  /** Said by the request; else type and name tell, or the first sign. */
  readonly format: ImportFormat | undefined;
  readonly inferTypes: boolean;
}

/**
 * The records of a body, in batches as they come.
 *
 * @throws HttpProblem 400, 413, 415
 */
export async function* importedRecords(body: ImportBody): AsyncGenerator<readonly SourceRecord[]> {
  const { content, format } = await openBody(body);
  let reader: RecordReader | undefined;
  for await (const chunk of content) {
    reader ??= readerOf(format ?? firstSign(chunk), body.inferTypes);
    yield reader.push(chunk);
  }
  if (reader !== undefined) yield reader.end();
}

interface OpenBody {
  readonly content: AsyncIterable<Uint8Array>;
  readonly format: ImportFormat | undefined;
}

async function openBody({ bytes, contentType, format }: ImportBody): Promise<OpenBody> {
  const type = bareType(contentType);
  const limited = withinLimit(bytes);
  if (type !== 'multipart/form-data') {
    const said = FORMATS_OF_TYPES.get(type);
    if (said !== undefined) return { content: limited, format: format ?? said };
    throw new HttpProblem(415, 'UnsupportedMediaType', `An import takes ${IMPORT_TYPES.join(', ')}`);
  }
  const parts = new MultipartBody(limited, contentType);
  for (let part = await parts.nextPart(); part !== undefined; part = await parts.nextPart()) {
    if (part.name === 'file' || part.fileName !== undefined) {
      const ending = /\.(\w+)$/.exec(part.fileName ?? '')?.[1]?.toLowerCase() ?? '';
      const said = FORMATS_OF_NAMES.get(ending) ?? FORMATS_OF_TYPES.get(bareType(part.contentType ?? ''));
      return { content: parts.content(), format: format ?? said };
    }
    for await (const _ of parts.content());
  }
  throw new HttpProblem(400, 'BadRequest', "The body has no part called 'file'");
}

function bareType(contentType: string): string {
  return contentType.split(';', 1)[0]!.trim().toLowerCase();
}

function readerOf(format: ImportFormat, inferTypes: boolean): RecordReader {
  switch (format) {
    case 'ndjson':
      return new NdjsonReader();
    case 'json':
      return new JsonArrayReader();
    case 'csv':
      return new CsvReader(undefined, { inferTypes });
  }
}

/** `[` begins an array and `{` a line of JSON; nothing else does. */
function firstSign(chunk: Uint8Array): ImportFormat {
  const sign = /^\ufeff?\s*(\S)/.exec(Buffer.from(chunk.subarray(0, 1024)).toString('utf8'))?.[1];
  if (sign === '[') return 'json';
  return sign === '{' ? 'ndjson' : 'csv';
}

async function* withinLimit(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > HTTP_IMPORT_BYTES_MAX) {
      throw new HttpProblem(413, 'LimitExceeded', `The body is larger than ${HTTP_IMPORT_BYTES_MAX} bytes`);
    }
    yield chunk;
  }
}
