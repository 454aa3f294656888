import { CairnError, type EncodedValue, isObject, type OkReply, type Value } from '@cairn/protocol/internal';
import { HostCallError } from '@cairn/scripting/internal';
import { badRequest, type CallContext, type HostCall, textParameter } from '../run/call-context.ts';
import { encoded, isMissingDocument, placeOf, requireObject, stored } from './document-calls.ts';
import { type DocumentFilter, documentFilter } from './document-filter.ts';
import { rowList, rowValues } from './row-values.ts';
import { asOneChange, insideTransaction } from './transaction-calls.ts';

/** Queries, in the query language or as filters. */
export const QUERY_CALLS = {
  'db.query': async (parameters, context) => {
    const sdbql = textParameter(parameters, 0, 'the query');
    const tx_id = insideTransaction(parameters[2], context);
    const bind_vars = isObject(parameters[1]) ? parameters[1] : {};
    return rowList(await ask(context, { sdbql, bind_vars, tx_id }));
  },
  'db.find': async (parameters, context) => {
    const filter = documentFilter(parameters[1]);
    if (filter === undefined) return [];
    return rowList(await select(parameters, context, filter, 'SORT document._key RETURN document'));
  },
  'db.find_one': async (parameters, context) => (await findOne(parameters, context, 2)) ?? null,
  'db.count': async (parameters, context) => {
    const filter = documentFilter(parameters[1]);
    if (filter === undefined) return 0;
    const [count] = rowValues(
      await select(parameters, context, filter, 'COLLECT WITH COUNT INTO number RETURN number'),
    );
    return count ?? 0;
  },
  'db.upsert': (parameters, context) => {
    const [collection, wanted, changes, given] = parameters;
    if (typeof wanted === 'string') return upsertKey(parameters, context, wanted);
    return asOneChange(given, context, (tx) => upsertFound([collection!, wanted!, changes!, tx!], context));
  },
} satisfies Record<string, HostCall>;

async function upsertKey(parameters: readonly Value[], context: CallContext, key: string): Promise<EncodedValue> {
  const place = placeOf(parameters, context, 3);
  const document = encoded(requireObject(parameters[2]));
  try {
    return stored(await context.ask('update', { ...place, key, document, merge: true }));
  } catch (error) {
    if (!isMissingDocument(error)) throw error;
    return stored(await context.ask('insert', { ...place, key, document, mode: 'update' }));
  }
}

/** Changes the first document that a filter finds, or makes one. */
async function upsertFound(parameters: readonly Value[], context: CallContext): Promise<EncodedValue> {
  const [, wanted, changes] = parameters;
  const existing = isObject(wanted) ? await findOne(parameters, context, 3) : undefined;
  const place = placeOf(parameters, context, 3);
  const document = encoded(requireObject(changes));
  if (existing === undefined) return stored(await context.ask('insert', { ...place, document }));
  return stored(await context.ask('update', { ...place, key: existing._key as string, document, merge: true }));
}

/** The first document in the order of keys. */
async function findOne(
  parameters: readonly Value[],
  context: CallContext,
  txAt: number,
): Promise<{ readonly [name: string]: Value } | undefined> {
  const filter = documentFilter(parameters[1]);
  if (filter === undefined) return undefined;
  const tail = 'SORT document._key LIMIT 1 RETURN document';
  const [first] = rowValues(await select(parameters, context, filter, tail, txAt));
  return isObject(first) ? first : undefined;
}

function select(
  parameters: readonly Value[],
  context: CallContext,
  filter: DocumentFilter,
  tail: string,
  txAt = 2,
): Promise<OkReply> {
  const { collection, tx_id } = placeOf(parameters, context, txAt);
  const sdbql = `FOR document IN @@collection ${filter.clause} ${tail}`;
  return ask(context, { sdbql, bind_vars: { ...filter.binds, '@collection': collection }, tx_id });
}

async function ask(
  context: CallContext,
  members: { sdbql: string; bind_vars: { readonly [name: string]: Value }; tx_id: string | undefined },
): Promise<OkReply> {
  // A script that has just logged finds its lines.
  if (members.sdbql.includes('_logs') || members.bind_vars['@collection'] === '_logs') {
    await context.surroundings.logs.flush();
  }
  try {
    return await context.askQuery(members);
  } catch (error) {
    throw queryError(error);
  }
}

/** What is wrong with the text of a query is a bad request; what its expressions and variables come to has a prefix of its own. */
function queryError(error: unknown): unknown {
  if (!(error instanceof CairnError)) return error;
  if (error.code === 'parse_error') return badRequest(error.message);
  const isOfExpressions = error.code === 'invalid_argument' || error.details.variable !== undefined;
  return isOfExpressions ? new HostCallError(`Query execution error: ${error.message}`, 'ExecutionError') : error;
}
