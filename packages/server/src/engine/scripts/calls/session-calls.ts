import { createHash } from 'node:crypto';
import { isObject, type Value } from '@cairn/protocol/internal';
import { SCRIPT_SESSION_TTL_S } from '../../../limits.ts';
import { SESSIONS } from '../records/script-collections.ts';
import { type CallContext, type HostCall, optionalNumber, textParameter } from '../run/call-context.ts';

const ID_BYTES = 32;
/** Sessions that have ended are cleared away once for so many that are begun. */
const CLEARED_EVERY = 100;
let begun = 0;

/** Sessions of visitors. Their ids are kept as digests, so that a reader of the records cannot take one over. */
export const SESSION_CALLS = {
  'session.create': async (parameters, context) => {
    const id = Buffer.from(context.surroundings.host.randomBytes(ID_BYTES)).toString('base64url');
    await store(
      context,
      id,
      dataOf(parameters[0]),
      optionalNumber(parameters, 1, 'the time to live', SCRIPT_SESSION_TTL_S),
    );
    if (++begun % CLEARED_EVERY === 0) await clearEnded(context);
    return id;
  },
  'session.get': (parameters, context) => find(context, textParameter(parameters, 0, 'the id'))?.data ?? null,
  'session.set': async (parameters, context) => {
    const id = textParameter(parameters, 0, 'the id');
    const known = find(context, id);
    if (known === undefined) return false;
    const leftS = (known.expiresMs - context.surroundings.host.nowMs()) / 1000;
    await store(context, id, dataOf(parameters[1]), optionalNumber(parameters, 2, 'the time to live', leftS));
    return true;
  },
  'session.end': async (parameters, context) => {
    const id = textParameter(parameters, 0, 'the id');
    const isThere = find(context, id) !== undefined;
    await context.surroundings.records.remove(databaseOf(context), SESSIONS, [keyOf(id)]);
    return isThere;
  },
} satisfies Record<string, HostCall>;

interface VisitorSession {
  readonly data: Value;
  readonly expiresMs: number;
}

function find(context: CallContext, id: string): VisitorSession | undefined {
  const record = context.surroundings.records.find(databaseOf(context), SESSIONS, keyOf(id));
  if (record === undefined || typeof record.expires_ms !== 'number') return undefined;
  if (record.expires_ms <= context.surroundings.host.nowMs()) return undefined;
  return { data: record.data ?? null, expiresMs: record.expires_ms };
}

async function store(context: CallContext, id: string, data: Value, ttlS: number): Promise<void> {
  const expires_ms = Math.round(context.surroundings.host.nowMs() + ttlS * 1000);
  await context.surroundings.records.put(databaseOf(context), SESSIONS, { _key: keyOf(id), data, expires_ms });
}

async function clearEnded(context: CallContext): Promise<void> {
  const { records, host } = context.surroundings;
  const ended = records
    .all(databaseOf(context), SESSIONS)
    .filter(({ expires_ms }) => typeof expires_ms === 'number' && expires_ms <= host.nowMs());
  await records.remove(
    databaseOf(context),
    SESSIONS,
    ended.map(({ _key }) => _key as string),
  );
}

function databaseOf({ surroundings, database }: CallContext) {
  return surroundings.database(database);
}

function keyOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

function dataOf(given: Value | undefined): Value {
  return isObject(given) ? given : {};
}
