import type { Value } from '@cairn/protocol/internal';

/** A record as it lies in a collection of the system database, with its `_key`. */
export type SystemRecord = { readonly [name: string]: Value };

/** Where users, roles and secrets are kept: collections of the system database, seen as records by key. */
export interface SystemRecords {
  all(collection: string): SystemRecord[];
  /** Writes over what is there; resolves when it is on disk. */
  put(collection: string, key: string, body: { [name: string]: Value }): Promise<void>;
  /** Deletes several records at once; keys that are not there do no harm. */
  remove(collection: string, keys: readonly string[]): Promise<void>;
}

/** Collections of `_system` that hold rights and secrets. Document commands and queries do not reach them. */
export const USERS = '_admins';
export const API_KEYS = '_api_keys';
export const ROLES = '_roles';
export const USER_ROLES = '_user_roles';
export const CONFIGURATION = '_config';
export const ENDED_SESSIONS = '_ended_sessions';
/** Who changed what: written by the audit log alone. */
export const AUDIT = '_audit';
export const PROTECTED_COLLECTIONS: ReadonlySet<string> = new Set([
  USERS,
  API_KEYS,
  ROLES,
  USER_ROLES,
  CONFIGURATION,
  ENDED_SESSIONS,
  AUDIT,
]);
