import {
  EncodedRows,
  type ErrorCode,
  isObject,
  type Reply,
  type Value,
  type ValueObject,
} from '@cairn/protocol/internal';
import { type Plan, planOutline, withoutLiterals } from '@cairn/query/internal';
import { SLOW_QUERY_TEXT_MAX } from '../../limits.ts';
import type { Running } from '../activity/running-requests.ts';

/** A request that has ended, and what came of it. */
export interface EndedRequest {
  readonly request: Running;
  readonly plan: Plan | undefined;
  readonly durationMs: number;
  /** When it ended, milliseconds since 1970. */
  readonly nowMs: number;
  readonly reply: Reply;
  /** Whether there is such a database, and such a collection in it: other names are somebody's data. */
  readonly isKnown: (database: string, collection?: string) => boolean;
}

/** Who asks for what is not there, or is no request, has named nothing that the log should repeat. */
const NAMELESS: ReadonlySet<ErrorCode> = new Set([
  'not_found',
  'already_exists',
  'invalid_argument',
  'parse_error',
  'permission_denied',
  'unauthenticated',
  'transaction_not_found',
]);

/** What the log keeps of a slow request: its text and its binds without their values, its plan, and numbers. */
export function slowQueryEntry({ request, plan, durationMs, nowMs, reply, isKnown }: EndedRequest): ValueObject {
  const error = reply.status === 'error' ? reply.error.code : null;
  const isNameless = error !== null && NAMELESS.has(error);
  const fields: { readonly [name: string]: Value | undefined } = isNameless ? {} : { ...request.fields };
  return {
    time: new Date(nowMs).toISOString(),
    duration_ms: Math.round(durationMs * 100) / 100,
    command: request.name,
    door: request.door,
    user: request.user ?? null,
    address: request.address,
    ...placeOf(fields, isKnown),
    ...textOf(request, fields),
    binds: bindShapes(fields.bind_vars, plan?.binds ?? []),
    plan: plan === undefined ? null : planOutline(plan).slice(0, SLOW_QUERY_TEXT_MAX),
    rows: reply.status === 'ok' && reply.data instanceof EncodedRows ? reply.data.count : null,
    error,
  };
}

function placeOf(
  { database, collection }: { readonly [name: string]: Value | undefined },
  isKnown: EndedRequest['isKnown'],
): ValueObject {
  if (typeof database !== 'string' || !isKnown(database)) return { database: null, collection: null };
  const known = typeof collection === 'string' && isKnown(database, collection);
  return { database, collection: known ? collection : null };
}

function textOf(request: Running, fields: { readonly [name: string]: Value | undefined }): ValueObject {
  const text = fields.sdbql ?? fields.query;
  if (typeof text !== 'string') return { text: null, text_length: 0 };
  const shape = withoutLiterals(text, request.name === 'sql' ? 'sql' : 'sdbql');
  return { text: shape?.slice(0, SLOW_QUERY_TEXT_MAX) ?? null, text_length: text.length };
}

/** `{name: 'text of 12', ids: 'list of 3'}`: enough to see why a plan was slow, and no value. */
function bindShapes(binds: Value | undefined, wanted: Plan['binds']): Value {
  if (typeof binds !== 'object' || binds === null) return {};
  // A list has the names 1, 2 …; names that the text does not have are somebody's data.
  const given = new Map(
    Array.isArray(binds) ? binds.map((value, at) => [String(at + 1), value]) : Object.entries(binds),
  );
  return Object.fromEntries(
    [...wanted].flatMap((name) => (given.has(name) ? [[name, shapeOf(given.get(name)!)]] : [])),
  );
}

function shapeOf(value: Value): string {
  if (value === null || typeof value === 'boolean') return value === null ? 'null' : 'boolean';
  if (typeof value === 'string') return `text of ${value.length}`;
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (value instanceof Date) return 'date';
  if (value instanceof Uint8Array) return `bytes of ${value.length}`;
  return isObject(value) ? `object of ${Object.keys(value).length}` : 'number';
}
