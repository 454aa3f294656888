import { CairnError, type OkReply, type Value, type ValueObject } from '@cairn/protocol/internal';
import { rawDocument } from '../raw-document.ts';
import { dataOf, rowsIn } from '../reply-value.ts';
import { type CommandFields, type HttpAnswer, type HttpCall, type Route, route, transactionOf } from '../route.ts';

const MANY = '/_api/database/:db/document/:collection';
const ONE = `${MANY}/:key`;

/** Documents, one at a time or many. A document's revision is its entity tag. */
export const DOCUMENT_ROUTES: readonly Route[] = [
  route('POST', MANY, 'insert', (call) => insertDocuments(call, place(call))),
  route('POST', `${MANY}/_batch`, 'bulk_insert', (call) => insertDocuments(call, place(call))),
  route('POST', `${MANY}/_verify`, 'query', verifyKeys),
  route('GET', ONE, 'get', async (call) => {
    const reply = await call.run('get', { ...place(call), key: call.params.key });
    const document = dataOf(reply) as ValueObject;
    if (call.headers['if-none-match'] === entityTag(document)) return { status: 304, headers: tagged(document) };
    return documentAnswer(reply);
  }),
  route('PUT', ONE, 'update', (call) => changeDocument(call, place(call))),
  route('DELETE', ONE, 'delete', (call) => removeDocument(call, place(call))),
];

function place(call: HttpCall): CommandFields {
  return { database: call.params.db, collection: call.params.collection, ...transactionOf(call) };
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
  const condition = ifMatch(call);
  const fields = { ...where, ...condition, key, document, merge: call.query.merge !== 'false' };
  try {
    return documentAnswer(await call.run('update', fields));
  } catch (error) {
    if (!mayMake(call, error)) throw preconditionOf(error, condition);
    return documentAnswer(await call.run('insert', { ...where, key, document }));
  }
}

/** `?upsert=true` and no document, but nothing else that is missing. */
function mayMake(call: HttpCall, error: unknown): boolean {
  const isMissing = error instanceof CairnError && error.code === 'not_found' && error.details.key !== undefined;
  return isMissing && call.query.upsert === 'true';
}

export async function removeDocument(call: HttpCall, where: CommandFields): Promise<HttpAnswer> {
  const condition = ifMatch(call);
  try {
    await call.run('delete', { ...where, ...condition, key: call.params.key });
  } catch (error) {
    throw preconditionOf(error, condition);
  }
  return { status: 204 };
}

function ifMatch({ headers }: HttpCall): { readonly if_rev?: string } {
  const tag = headers['if-match'];
  if (tag === undefined || tag === '*' || tag === '') return {};
  return { if_rev: tag.replace(/^W\//, '').replace(/^"(.*)"$/, '$1') };
}

/** A revision that did not match is what HTTP calls a failed precondition. */
function preconditionOf(error: unknown, condition: { readonly if_rev?: string }): unknown {
  const lost = error instanceof CairnError && error.code === 'conflict' && condition.if_rev !== undefined;
  return lost ? new PreconditionFailed(error) : error;
}

/** If-Match did not hold. */
export class PreconditionFailed extends CairnError {
  constructor(cause: CairnError) {
    super('conflict', cause.message, { details: cause.details, cause });
  }
}

function documentAnswer(reply: OkReply): HttpAnswer {
  const document = dataOf(reply);
  return { json: document, headers: tagged(document) };
}

function tagged(document: Value): Record<string, string> {
  const tag = entityTag(document);
  return tag === undefined ? {} : { etag: tag };
}

function entityTag(document: Value): string | undefined {
  const revision = (document as ValueObject | null)?._rev;
  return typeof revision === 'string' ? `"${revision}"` : undefined;
}

/** Which of the keys there are documents for. */
async function verifyKeys(call: HttpCall): Promise<HttpAnswer> {
  const { keys = [] } = call.body;
  const sdbql = 'FOR document IN @@collection FILTER document._key IN @keys RETURN document._key';
  const bind_vars = { '@collection': call.params.collection!, keys };
  const rows = rowsIn(await call.run('query', { database: call.params.db, ...transactionOf(call), sdbql, bind_vars }));
  const found = new Set(rows);
  const asked = Array.isArray(keys) ? keys : [];
  const missing = asked.filter((key) => !found.has(key));
  return { json: { found: rows, missing, total_checked: asked.length } };
}
