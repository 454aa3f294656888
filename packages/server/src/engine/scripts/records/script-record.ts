import { createHash } from 'node:crypto';
import type { Value, ValueObject } from '@cairn/protocol/internal';
import type { ScriptLanguage, ScriptLimits, ScriptSource } from '@cairn/scripting/internal';
import { textOf, textsOf } from './record-members.ts';
import type { StoredRecord } from './record-store.ts';
import { runLimits } from './run-limits.ts';

/** Whose rights a script has: of who installed it, of who calls it, or those of a role. */
export const RUN_AS_DEFINER = 'definer';
export const RUN_AS_CALLER = 'caller';

export const DEFAULT_SERVICE = 'default';

/** The method of scripts that are the life of a WebSocket connection. */
export const WEBSOCKET_METHOD = 'WS';

/** A script as its record says, ready to be found and run. */
export interface Script {
  readonly key: string;
  readonly database: string;
  readonly service: string;
  readonly name: string;
  /** In capitals; none for a module. */
  readonly methods: readonly string[];
  /** Without slashes at either end. */
  readonly path: string;
  /** `definer`, `caller` or the name of a role. */
  readonly runAs: string;
  /** Undefined for a record that was put there as a document: by an administrator of the database, as nobody else may. */
  readonly definer: string | undefined;
  readonly limits: ScriptLimits;
  /** Hosts that `fetch` may ask; undefined asks the server's rule alone. */
  readonly allowHosts: readonly string[] | undefined;
  readonly source: ScriptSource;
  readonly createdAt: string;
}

/** The script of a record; undefined when the record is none that could run. */
export function scriptOf(database: string, record: StoredRecord): Script | undefined {
  const [key, path, code] = [textOf(record._key), textOf(record.path), textOf(record.code)];
  const language = languageOf(record.language);
  if (key === undefined || path === undefined || code === undefined || language === undefined) return undefined;
  const name = textOf(record.name) ?? path;
  return {
    key,
    database,
    service: textOf(record.service) ?? DEFAULT_SERVICE,
    name,
    methods: textsOf(record.methods).map((method) => method.toUpperCase()),
    path: trimSlashes(path),
    runAs: textOf(record.run_as) ?? RUN_AS_DEFINER,
    definer: textOf(record.definer),
    limits: runLimits(record.limits),
    allowHosts: Array.isArray(record.allow_hosts) ? textsOf(record.allow_hosts) : undefined,
    source: sourceOf({ owner: key, database, name, language, code }),
    createdAt: textOf(record.created_at) ?? '',
  };
}

/** The text of a script as the script host wants it. */
export function sourceOf(parts: {
  owner: string;
  database: string;
  name: string;
  language: ScriptLanguage;
  code: string;
}): ScriptSource {
  const { owner, database, name, language, code } = parts;
  const identity = JSON.stringify([database, owner, language, name, code]);
  const fingerprint = createHash('sha256').update(identity).digest('base64url');
  return { name, language, code, fingerprint, tenant: database };
}

/** Lua when nothing is said; undefined for a language that nobody speaks here. */
export function languageOf(value: Value | undefined): ScriptLanguage | undefined {
  if (value === undefined || value === null || value === 'lua') return 'lua';
  return value === 'javascript' ? 'javascript' : undefined;
}

export function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}

/** The key of a script: what it is called by, made fit to be a key. */
export function scriptKey(place: { database: string; service: string; collection?: string; path: string }): string {
  const { database, service, collection, path } = place;
  const part = path.replace(/[/:*]/g, '_').replace(/^_+|_+$/g, '');
  return [database, service, ...(collection === undefined ? [] : [collection]), part].join('_');
}

/** Where the script answers; undefined for a module. */
export function endpointUrl({ database, service, methods, path }: Omit<Script, 'source'>): string | undefined {
  if (methods.length === 0) return undefined;
  const place = [database, service].map(encodeURIComponent).join('/');
  return path === '' ? `/api/${place}` : `/api/${place}/${path}`;
}

/** A script's record for lists: without the code. */
export function scriptSummary(record: StoredRecord): ValueObject {
  const { _key, code: _code, _id, _rev, ...members } = record;
  return { id: _key!, _key: _key!, ...members };
}
