import { RECORD_FORMATS, type RecordFormat, SourceFormatError } from '@cairn/protocol/internal';
import { z } from 'zod';
import { checkCall } from '../content/check-call.ts';
import { HttpProblem } from '../errors/http-problem.ts';
import { type HttpAnswer, type HttpCall, type Route, type RouteDescription, route } from '../route/route.ts';
import { yesOrNo } from '../route/route-fields.ts';
import { DocumentImport } from './document-import.ts';
import { IMPORT_TYPES, importedRecords } from './import-source.ts';

const IMPORTING: RouteDescription = {
  summary:
    'Stores the documents of a body as large as they come: lines of JSON, an array, CSV, or a form with such a file.',
  query: z.object({
    mode: z.enum(['insert', 'replace', 'update', 'ignore']).optional(),
    format: z.enum(RECORD_FORMATS).optional(),
    infer_types: yesOrNo.optional(),
  }),
  streams: IMPORT_TYPES,
  reply: z.object({
    status: z.string(),
    count: z.number(),
    imported: z.number(),
    failed: z.number(),
    errors: z.array(z.object({ line: z.number(), reason: z.string() })),
  }),
};

/** Documents by the thousand, read while they come. */
export const IMPORT_ROUTES: readonly Route[] = [
  route('POST', '/_api/database/:db/collection/:name/import', 'import_collection', importDocuments, IMPORTING),
];

async function importDocuments(call: HttpCall): Promise<HttpAnswer> {
  checkCall({ query: IMPORTING.query }, call);
  const { params, query, headers, stream } = call;
  if (stream === undefined)
    throw new HttpProblem(415, 'UnsupportedMediaType', `An import takes ${IMPORT_TYPES.join(', ')}`);
  const documents = new DocumentImport({
    ...{ database: params.db!, collection: params.name!, mode: query.mode },
    run: (command, fields) => call.run(command, fields),
  });
  const records = importedRecords({
    bytes: stream,
    contentType: headers['content-type'] ?? '',
    format: query.format as RecordFormat | undefined,
    inferTypes: query.infer_types === 'true',
    bytesMax: call.streamBytesMax,
  });
  try {
    for await (const batch of records) for (const record of batch) await documents.take(record);
  } catch (error) {
    if (error instanceof SourceFormatError) throw new HttpProblem(400, 'BadRequest', error.message);
    throw error;
  }
  return { json: await documents.end() };
}
