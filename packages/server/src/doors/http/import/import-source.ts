import {
  type ImportDocument,
  isObject,
  type RecordFormat,
  type RecordReader,
  recordFormatNamed,
  recordFormatOf,
  recordReader,
  type SourceRecord,
} from '@cairn/protocol/internal';
import { HttpProblem } from '../errors/http-problem.ts';
import { MultipartBody } from './multipart-body.ts';

const FORMATS_OF_TYPES: ReadonlyMap<string, RecordFormat> = new Map([
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
  ['application/json', 'json'],
  ['text/csv', 'csv'],
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
  readonly format: RecordFormat | undefined;
  readonly inferTypes: boolean;
  /** The largest body that is read. */
  readonly bytesMax: number;
}

/**
 * The records of a body, in batches as they come.
 *
 * @throws HttpProblem 400, 413, 415
 */
export async function* importedRecords(body: ImportBody): AsyncGenerator<readonly SourceRecord[]> {
  const { content, format } = await openBody(body);
  let reader: RecordReader | undefined;
  let isOneObject = false;
  const found = (records: readonly SourceRecord[]) => (isOneObject ? records.flatMap(listedIn) : records);
  for await (const chunk of content) {
    if (reader === undefined) {
      reader = recordReader(format ?? recordFormatOf(chunk), { inferTypes: body.inferTypes });
      isOneObject = format === 'json' && recordFormatOf(chunk) !== 'json';
    }
    yield found(reader.push(chunk));
  }
  if (reader !== undefined) yield found(reader.end());
}

interface OpenBody {
  readonly content: AsyncIterable<Uint8Array>;
  readonly format: RecordFormat | undefined;
}

async function openBody({ bytes, contentType, format, bytesMax }: ImportBody): Promise<OpenBody> {
  const type = bareType(contentType);
  const limited = withinLimit(bytes, bytesMax);
  if (type !== 'multipart/form-data') {
    const said = FORMATS_OF_TYPES.get(type);
    if (said !== undefined) return { content: limited, format: format ?? said };
    throw new HttpProblem(415, 'UnsupportedMediaType', `An import takes ${IMPORT_TYPES.join(', ')}`);
  }
  const parts = new MultipartBody(limited, contentType);
  for (let part = await parts.nextPart(); part !== undefined; part = await parts.nextPart()) {
    if (part.name === 'file' || part.fileName !== undefined) {
      const ending = /\.(\w+)$/.exec(part.fileName ?? '')?.[1] ?? '';
      const said = recordFormatNamed(ending) ?? FORMATS_OF_TYPES.get(bareType(part.contentType ?? ''));
      return { content: parts.content(), format: format ?? said };
    }
    for await (const _ of parts.content());
  }
  throw new HttpProblem(400, 'BadRequest', "The body has no part called 'file'");
}

function bareType(contentType: string): string {
  return contentType.split(';', 1)[0]!.trim().toLowerCase();
}

/**
 * An object whose one member is the list of documents, as some clients send it, instead of the documents themselves: then those
 * of the list are meant.
 */
function listedIn(record: SourceRecord): readonly SourceRecord[] {
  if (record.kind === 'bad') return [record];
  const { documents, ...others } = record.document;
  if (!Array.isArray(documents) || Object.keys(others).length > 0 || !documents.every(isObject)) return [record];
  const bytes = Math.ceil(record.bytes / Math.max(documents.length, 1));
  return documents.map((document) => ({ ...record, document: document as ImportDocument, bytes }));
}

async function* withinLimit(bytes: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > bytesMax) {
      throw new HttpProblem(413, 'LimitExceeded', `The body is larger than ${bytesMax} bytes`);
    }
    yield chunk;
  }
}
