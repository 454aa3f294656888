import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { RawValue } from '../message/raw-value.ts';
import { isObject, type Value } from '../value/value.ts';
import { type Access, defineCommand, type RequestFields } from './command-definition.ts';
import {
  database,
  documentList,
  insertMode,
  name,
  nameList,
  nothing,
  onCollection,
  rawDocument,
  rawDocuments,
  transactional,
  valueMap,
} from './fields.ts';

const READ: Access = { action: 'read', scope: 'collection' };
const WRITE: Access = { action: 'write', scope: 'collection' };
const DATABASE_WRITE: Access = { action: 'write', scope: 'database' };
/** ISO 8601, or milliseconds since 1970. */
const moment = z.union([z.iso.datetime({ offset: true }), z.number().int().min(0).max(LIMITS.timeMaxMs)]);

/** Old clients send the documents of an import as `data`; a list there means the same. */
function documentsFromData(fields: RequestFields): RequestFields {
  const { data, ...rest } = fields;
  return rest.documents === undefined && data instanceof RawValue && data.isArray
    ? { ...rest, documents: data }
    : fields;
}

/** A bare JSON Schema counts as a strict one. */
function wrapBareSchema(fields: RequestFields): RequestFields {
  const { schema } = fields;
  if (!isObject(schema as Value | undefined)) return fields;
  const given = schema as Record<string, Value>;
  if (isObject(given.schema)) return fields;
  return { ...fields, schema: { name: 'schema', schema: given, validation_mode: 'strict' } };
}

/** Collections as a whole: their life, counts, contents at once, schemas. */
export const COLLECTION_COMMANDS = [
  defineCommand({
    name: 'list_collections',
    access: { action: 'read', scope: 'inside' },
    mode: 'read',
    summary: 'Lists the collections of a database.',
    request: z.object({ ...transactional, database }),
    reply: nameList,
  }),
  defineCommand({
    name: 'create_collection',
    access: DATABASE_WRITE,
    mode: 'write',
    summary: 'Creates a collection of documents, or of another `type` such as `edge`.',
    fieldAliases: { collection: 'name' },
    request: z.object({ ...transactional, database, name, type: name.optional() }),
    reply: nothing,
  }),
  defineCommand({
    name: 'delete_collection',
    aliases: ['drop_collection'],
    access: DATABASE_WRITE,
    mode: 'write',
    summary: 'Removes a collection with its documents and indexes.',
    fieldAliases: { collection: 'name' },
    request: z.object({ ...transactional, database, name }),
    reply: nothing,
  }),
  defineCommand({
    name: 'collection_stats',
    access: READ,
    mode: 'read',
    summary: 'Counts and sizes of a collection.',
    fieldAliases: { name: 'collection' },
    request: z.object(onCollection),
    reply: z.object({ name: z.string(), document_count: z.number() }).loose(),
  }),
  defineCommand({
    name: 'truncate_collection',
    audited: true,
    access: WRITE,
    mode: 'write',
    idempotent: true,
    summary: 'Removes all documents; indexes, schema and type stay.',
    fieldAliases: { name: 'collection' },
    request: z.object(onCollection),
    reply: nothing,
  }),
  defineCommand({
    name: 'compact_collection',
    access: WRITE,
    mode: 'write',
    idempotent: true,
    summary: 'Joins half-empty blocks of a collection.',
    fieldAliases: { name: 'collection' },
    request: z.object(onCollection),
    reply: nothing,
  }),
  defineCommand({
    name: 'prune_collection',
    access: WRITE,
    mode: 'write',
    summary:
      'Removes the documents made before a moment: by the time in their generated keys, or by the date in `field`.',
    fieldAliases: { name: 'collection' },
    request: z.object({ ...onCollection, older_than: moment, field: name.optional() }),
    reply: z.object({ deleted: z.number() }),
  }),
  defineCommand({
    name: 'recount_collection',
    access: WRITE,
    mode: 'write',
    idempotent: true,
    summary: 'Counts the documents one by one and corrects the kept count.',
    fieldAliases: { name: 'collection' },
    request: z.object(onCollection),
    reply: z.object({ count: z.number() }).loose(),
  }),
  defineCommand({
    name: 'export_collection',
    access: READ,
    mode: 'read',
    summary: 'All documents of a collection, in key order.',
    fieldAliases: { name: 'collection' },
    request: z.object({ ...onCollection, format: z.string().optional() }),
    reply: documentList,
  }),
  defineCommand({
    name: 'import_collection',
    access: WRITE,
    mode: 'write',
    summary: 'Inserts many documents at once, all or none.',
    prepare: documentsFromData,
    request: z.object({
      ...onCollection,
      documents: rawDocuments.optional(),
      data: rawDocument.optional(),
      format: z.string().optional(),
      mode: insertMode.optional(),
      overwrite: z.boolean().optional(),
    }),
    reply: z.object({ count: z.number(), imported: z.number() }).loose(),
  }),
  defineCommand({
    name: 'set_collection_schema',
    access: { action: 'admin', scope: 'collection' },
    mode: 'write',
    idempotent: true,
    summary: 'Sets the JSON Schema that documents of a collection must meet.',
    prepare: wrapBareSchema,
    request: z.object({ ...onCollection, schema: valueMap }),
    reply: nothing,
  }),
  defineCommand({
    name: 'get_collection_schema',
    access: READ,
    mode: 'read',
    summary: 'The schema of a collection, null when it has none.',
    request: z.object(onCollection),
    reply: z.record(z.string(), z.unknown()).nullable(),
  }),
  defineCommand({
    name: 'delete_collection_schema',
    access: { action: 'admin', scope: 'collection' },
    mode: 'write',
    idempotent: true,
    summary: 'Takes the schema off a collection.',
    request: z.object(onCollection),
    reply: nothing,
  }),
] as const;
