import { CairnError, type OkReply, type ValueObject } from '@cairn/protocol/internal';
import { z } from 'zod';
import { ROW_FORMATS } from '../content/answer-format.ts';
import { entityTag, namesTag, revisionOf } from '../content/entity-tag.ts';
import { rawDocument } from '../content/raw-document.ts';
import { dataOf, rowsIn } from '../route/reply-value.ts';
import {
  type CommandFields,
  type HttpAnswer,
  type HttpCall,
  type Route,
  type RouteDescription,
  route,
  transactionOf,
} from '../route/route.ts';
import { document, keyText, newDocument, wholeNumber, yesOrNo } from '../route/route-fields.ts';

const MANY = '/_api/database/:db/document/:collection';
const ONE = `${MANY}/:key`;
/** Documents of a page when the request says nothing. */
const PAGE_DOCUMENTS = 100;

/** Keys of one question: more do not fit into a body with room to spare. */
const VERIFIED_KEYS_MAX = 100_000;

const insertQuery = z.object({
  mode: z.enum(['insert', 'replace', 'update', 'ignore']).optional(),
  overwrite: yesOrNo.optional(),
});
const stored = z.object({ inserted: z.number(), success: z.boolean() });
const page = z.object({ result: z.array(document), count: z.number(), has_more: z.boolean() });
const wantedKeys = z.object({ keys: z.array(keyText).max(VERIFIED_KEYS_MAX) });
const foundKeys = z.object({ found: z.array(z.string()), missing: z.array(z.string()), total_checked: z.number() });

/** What all ways to write documents are told of, in and outside of transactions. */
export const INSERTING: RouteDescription = {
  summary: 'Stores a document, or a list of documents as a whole.',
  query: insertQuery,
  body: z.union([newDocument, z.array(newDocument)]),
  reply: z.union([document, stored]),
};
export const CHANGING: RouteDescription = {
  summary: 'Merges members into a document, replaces it or makes it.',
  query: z.object({ merge: yesOrNo.optional(), upsert: yesOrNo.optional() }),
  headers: ['if-match'],
  body: newDocument,
  reply: document,
  statuses: [412],
};
export const REMOVING: RouteDescription = { headers: ['if-match'], statuses: [412] };

const TRANSACTION_HEADER = 'x-transaction-id';

export const DOCUMENT_PAGE: RouteDescription = {
  query: z.object({ limit: wholeNumber.optional(), offset: wholeNumber.optional() }),
  headers: [TRANSACTION_HEADER],
  reply: page,
  formats: ROW_FORMATS,
};

/** Documents, one at a time or many. A document's revision is its entity tag. */
export const DOCUMENT_ROUTES: readonly Route[] = [
  route('GET', MANY, 'list', listDocuments, DOCUMENT_PAGE),
  route('POST', MANY, 'insert', (call) => insertDocuments(call, place(call)), {
    ...INSERTING,
    headers: [TRANSACTION_HEADER],
  }),
  route('POST', `${MANY}/_batch`, 'bulk_insert', (call) => insertDocuments(call, place(call)), {
    ...{ query: insertQuery, headers: [TRANSACTION_HEADER] },
    ...{ body: z.array(newDocument), reply: stored },
  }),
  route('POST', `${MANY}/_verify`, 'query', verifyKeys, {
    summary: 'Says which keys there are documents for.',
    ...{ headers: [TRANSACTION_HEADER], body: wantedKeys, reply: foundKeys },
  }),
  route('GET', ONE, 'get', readDocument, {
    ...{ headers: [TRANSACTION_HEADER, 'if-none-match'], reply: document, statuses: [304] },
  }),
  route('PUT', ONE, 'update', (call) => changeDocument(call, place(call)), {
    ...CHANGING,
    headers: [TRANSACTION_HEADER, 'if-match'],
  }),
  route('DELETE', ONE, 'delete', (call) => removeDocument(call, place(call)), {
    ...REMOVING,
    headers: [TRANSACTION_HEADER, 'if-match'],
  }),
];

function place(call: HttpCall): CommandFields {
  return { database: call.params.db, collection: call.params.collection, ...transactionOf(call) };
}

/** A page of documents in the order of their keys. */
export async function listDocuments(call: HttpCall): Promise<HttpAnswer> {
  const { limit = PAGE_DOCUMENTS, offset = 0 } = call.query;
  const reply = await call.run('list', { ...place(call), limit: Number(limit), offset: Number(offset) });
  const result = rowsIn(reply);
  if (call.format === 'ndjson' || call.format === 'csv') return { rows: once(result) };
  const count = reply.count ?? 0;
  return { json: { result, count, has_more: Number(offset) + result.length < count } };
}

async function* once<T>(batch: T): AsyncGenerator<T> {
  yield batch;
}

async function readDocument(call: HttpCall): Promise<HttpAnswer> {
  const reply = await call.run('get', { ...place(call), key: call.params.key });
  const found = dataOf(reply) as ValueObject;
  const headers = { ...tagged(found), 'cache-control': 'private, no-cache' };
  if (namesTag(call.headers['if-none-match'], entityTag(found))) return { status: 304, headers };
  return { json: found, headers };
}

/** A document, or a list of them that is stored as a whole or not at all. */
export async function insertDocuments(call: HttpCall, where: CommandFields): Promise<HttpAnswer> {
  const { mode, overwrite } = call.query;
  const how = { mode, ...(overwrite !== undefined && { overwrite: overwrite !== 'false' }) };
  if (!Array.isArray(call.content)) {
    return documentAnswer(await call.run('insert', { ...where, ...how, document: rawDocument(call.content) }));
  }
  const reply = await call.run('bulk_insert', { ...where, ...how, documents: rawDocument(call.content) });
  return { json: { inserted: reply.count ?? 0, success: true } };
}

/** Merges members into a document; `?merge=false` replaces it, `?upsert=true` makes it when there is none. */
export async function changeDocument(call: HttpCall, where: CommandFields): Promise<HttpAnswer> {
  const { key } = call.params;
  const document = rawDocument(call.content);
  const if_rev = revisionOf(call.headers['if-match']);
  const fields = { ...where, if_rev, key, document, merge: call.query.merge !== 'false' };
  try {
    return documentAnswer(await call.run('update', fields));
  } catch (error) {
    if (!mayMake(call, error)) throw preconditionOf(error, if_rev);
    return documentAnswer(await call.run('insert', { ...where, key, document }));
  }
}

/** `?upsert=true` and no document, but nothing else that is missing. */
function mayMake(call: HttpCall, error: unknown): boolean {
  const isMissing = error instanceof CairnError && error.code === 'not_found' && error.details.key !== undefined;
  return isMissing && call.query.upsert === 'true';
}

export async function removeDocument(call: HttpCall, where: CommandFields): Promise<HttpAnswer> {
  const if_rev = revisionOf(call.headers['if-match']);
  try {
    await call.run('delete', { ...where, if_rev, key: call.params.key });
  } catch (error) {
    throw preconditionOf(error, if_rev);
  }
  return { status: 204 };
}

/** A revision that did not match is what HTTP calls a failed precondition. */
function preconditionOf(error: unknown, revision: string | undefined): unknown {
  const lost = error instanceof CairnError && error.code === 'conflict' && revision !== undefined;
  return lost ? new PreconditionFailed(error) : error;
}

/** If-Match did not hold. */
export class PreconditionFailed extends CairnError {
  constructor(cause: CairnError) {
    super('conflict', cause.message, { details: cause.details, cause });
  }
}

function documentAnswer(reply: OkReply): HttpAnswer {
  const found = dataOf(reply) as ValueObject;
  return { json: found, headers: tagged(found) };
}

function tagged(found: ValueObject): Record<string, string> {
  const tag = entityTag(found);
  return tag === undefined ? {} : { etag: tag };
}

/** Which of the keys there are documents for. */
async function verifyKeys(call: HttpCall): Promise<HttpAnswer> {
  const keys = call.body.keys as string[];
  const sdbql = 'FOR document IN @@collection FILTER document._key IN @keys RETURN document._key';
  const bind_vars = { '@collection': call.params.collection!, keys };
  const rows = rowsIn(await call.run('query', { database: call.params.db, ...transactionOf(call), sdbql, bind_vars }));
  const found = new Set(rows);
  const missing = keys.filter((key) => !found.has(key));
  return { json: { found: rows, missing, total_checked: keys.length } };
}
