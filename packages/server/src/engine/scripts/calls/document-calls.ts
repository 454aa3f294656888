import {
  CairnError,
  type EncodedValue,
  encodeValue,
  isObject,
  type OkReply,
  RawValue,
  type Reply,
  type Value,
} from '@cairn/protocol/internal';
import { badParameter, badRequest, type CallContext, type HostCall, textParameter } from '../run/call-context.ts';
import { rowList } from './row-values.ts';
import { insideTransaction } from './transaction-calls.ts';

/** Documents by their keys. */
export const DOCUMENT_CALLS = {
  'db.get': (parameters, context) => {
    const place = placeOf(parameters, context, 2);
    const reply = context.send('get', { ...place, key: textParameter(parameters, 1, 'the key') });
    if (reply instanceof Promise) return reply.then(found);
    return found(reply);
  },
  'db.insert': async (parameters, context) => {
    const document = documentParameter(parameters, 1);
    return stored(await context.ask('insert', { ...placeOf(parameters, context, 2), document }));
  },
  'db.update': (parameters, context) => update(parameters, context, 3),
  'db.replace': async (parameters, context) => {
    const members = { key: textParameter(parameters, 1, 'the key'), document: documentParameter(parameters, 2) };
    return stored(await context.ask('replace', { ...placeOf(parameters, context, 3), ...members }));
  },
  'db.delete': async (parameters, context) => {
    const key = textParameter(parameters, 1, 'the key');
    await context.ask('delete', { ...placeOf(parameters, context, 2), key });
    return true;
  },
  'db.bulk_insert': async (parameters, context) => {
    const documents = parameters[1];
    if (!Array.isArray(documents)) throw badRequest('bulk_insert expects an array of documents');
    for (const document of documents) requireObject(document);
    const sdbql = 'FOR document IN @documents INSERT document INTO @@collection RETURN NEW';
    const { collection, tx_id } = placeOf(parameters, context, 2);
    const reply = await context.ask('query', { sdbql, bind_vars: { documents, '@collection': collection }, tx_id });
    return rowList(reply);
  },
} satisfies Record<string, HostCall>;

async function update(parameters: readonly Value[], context: CallContext, txAt: number): Promise<EncodedValue> {
  const key = textParameter(parameters, 1, 'the key');
  const document = encoded(withoutReserved(requireObject(parameters[2])));
  return stored(await context.ask('update', { ...placeOf(parameters, context, txAt), key, document, merge: true }));
}

/** Names that begin with `_` are the server's. */
function withoutReserved(changes: { readonly [name: string]: Value }): { [name: string]: Value } {
  return Object.fromEntries(Object.entries(changes).filter(([name]) => !name.startsWith('_')));
}

export interface CollectionPlace {
  readonly collection: string;
  readonly tx_id: string | undefined;
}

/** The collection that the first parameter names, and the transaction that one of the last does. */
export function placeOf(parameters: readonly Value[], context: CallContext, txAt: number): CollectionPlace {
  const collection = textParameter(parameters, 0, 'the collection');
  return { collection, tx_id: insideTransaction(parameters[txAt], context) };
}

function documentParameter(parameters: readonly Value[], at: number): RawValue {
  return encoded(requireObject(parameters[at]));
}

export function requireObject(document: Value | undefined): { readonly [name: string]: Value } {
  if (isObject(document)) return document;
  // A table of Lua that is empty may have come as a list.
  if (Array.isArray(document) && document.length === 0) return {};
  throw badParameter('a document', 'an object', document);
}

export function encoded(value: Value): RawValue {
  const bytes = encodeValue(value);
  return new RawValue(bytes, 0, bytes.length);
}

/** The document of a reply to `get`; null when there is none with that key. */
function found(reply: Reply): Value | EncodedValue {
  if (reply.status !== 'error') return (reply as OkReply).data as EncodedValue;
  if (isMissingDocument(reply.error)) return null;
  throw reply.error;
}

export function isMissingDocument(error: unknown): boolean {
  return error instanceof CairnError && error.code === 'not_found' && error.details.key !== undefined;
}

export function stored(reply: OkReply): EncodedValue {
  return reply.data as EncodedValue;
}
