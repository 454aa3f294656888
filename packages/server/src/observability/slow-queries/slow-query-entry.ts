import { EncodedRows, isObject, type Reply, type Value, type ValueObject } from '@cairn/protocol/internal';
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
}

/** What the log keeps of a slow request: its text and its binds without their values, its plan, and numbers. */
export function slowQueryEntry({ request, plan, durationMs, nowMs, reply }: EndedRequest): ValueObject {
  const fields = request.fields as { readonly [name: string]: Value | undefined };
  return {
    time: new Date(nowMs).toISOString(),
    duration_ms: Math.round(durationMs * 100) / 100,
    command: request.name,
    door: request.door,
    user: request.user ?? null,
    address: request.address,
    database: nameIn(fields.database),
    collection: nameIn(fields.collection ?? fields.name),
    ...textOf(request, fields),
    binds: bindShapes(fields.bind_vars),
    plan: plan === undefined ? null : planOutline(plan).slice(0, SLOW_QUERY_TEXT_MAX),
    rows: reply.status === 'ok' && reply.data instanceof EncodedRows ? reply.data.count : null,
    error: reply.status === 'error' ? reply.error.code : null,
  };
}

function nameIn(value: Value | undefined): Value {
  return typeof value === 'string' ? value : null;
}

function textOf(request: Running, fields: { readonly [name: string]: Value | undefined }): ValueObject {
  const text = fields.sdbql ?? fields.query;
  if (typeof text !== 'string') return { text: null, text_length: 0 };
  const shape = withoutLiterals(text, request.name === 'sql' ? 'sql' : 'sdbql');
  return { text: shape?.slice(0, SLOW_QUERY_TEXT_MAX) ?? null, text_length: text.length };
}

/** `{name: 'text of 12', ids: 'list of 3'}`: enough to see why a plan was slow, and no value. */
function bindShapes(binds: Value | undefined): Value {
  if (typeof binds !== 'object' || binds === null) return {};
  return Object.fromEntries(Object.entries(binds).map(([name, value]) => [name, shapeOf(value as Value)]));
}

function shapeOf(value: Value): string {
  if (value === null || typeof value === 'boolean') return value === null ? 'null' : 'boolean';
  if (typeof value === 'string') return `text of ${value.length}`;
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (value instanceof Date) return 'date';
  if (value instanceof Uint8Array) return `bytes of ${value.length}`;
  return isObject(value) ? `object of ${Object.keys(value).length}` : 'number';
}
