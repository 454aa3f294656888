import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import type { RequestId } from '../message/protocol-error.ts';
import { RawValue } from '../message/raw-value.ts';
import type { Request } from '../message/request.ts';
import type { Value } from '../value/value.ts';

/**
 * The fields of which the commands' schemas are made. What JSON Schema could not tell of a check in code stands in its
 * `meta`: the documentation of the interfaces is made of these schemas.
 */

export const name = z.string().min(1).max(LIMITS.nameMaxLength);
export const database = name;
export const collection = name;
export const text = z.string();
/** Keys are checked in bytes where they are stored; this bound only keeps them short on the way. */
export const documentKey = z.string().max(LIMITS.documentKeyMaxBytes);
export const transactionId = z.string().max(LIMITS.requestIdMaxLength);
export const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const names = z.array(name).max(LIMITS.requestMaxMembers);

/** A document that stays bytes until the engine takes it. */
export const rawDocument = z
  .custom<RawValue>((value) => value instanceof RawValue && !value.isNil, 'expected a document')
  .meta({ type: 'object' });
/** A list of documents that stays bytes. */
export const rawDocuments = z
  .custom<RawValue>((value) => value instanceof RawValue && value.isArray, 'expected a list of documents')
  .meta({ type: 'array', items: { type: 'object' } });

/** An object whose members are values: bind variables, options, schemas. */
export const valueMap = z
  .custom<Record<string, Value>>(
    (value) => typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype,
    'expected a map',
  )
  .meta({ type: 'object' });
export const anyValue = z.custom<Value>(() => true);
export const innerRequest = z
  .custom<Request>(
    (value) => typeof value === 'object' && value !== null && 'cmd' in value && 'fields' in value,
    'expected a command',
  )
  .meta({ type: 'object', required: ['cmd'] });
export const requestId = z
  .custom<RequestId>(
    (value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint',
    'expected an integer or a string',
  )
  .meta({ type: ['integer', 'string'] as never });

/** What `insert` does when the key is taken. */
export const insertMode = z.enum(['insert', 'replace', 'update', 'ignore']);
export const isolationLevel = z.enum(['read_uncommitted', 'read_committed', 'repeatable_read', 'serializable']);

/** Fields that every command takes: how long it may last, and where it stands in the trace of its sender (W3C Trace Context). */
export const everyCommand = {
  timeout_ms: z.number().int().min(1).max(LIMITS.timeoutMaxMs).optional(),
  traceparent: z.string().max(LIMITS.traceparentMaxLength).optional(),
};

/** Fields of the commands that may run inside a transaction. */
export const transactional = { ...everyCommand, tx_id: transactionId.optional() };

/** Fields of the commands on one collection. */
export const onCollection = { ...transactional, database, collection };

/** Replies. */
export const nothing = z.undefined();
export const documentReply = z.record(z.string(), z.unknown());
export const documentList = z.array(documentReply);
export const nameList = z.array(z.string());
