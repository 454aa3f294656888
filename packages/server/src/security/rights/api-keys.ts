import { createHash } from 'node:crypto';
import { CairnError, type Value, type ValueObject } from '@cairn/protocol/internal';
import { SYSTEM_DATABASE } from '../../engine/system-database.ts';
import type { Host } from '../../host.ts';
import { API_KEY_USE_NOTED_MS, API_KEYS_MAX } from '../../limits.ts';
import type { ChangeQueue } from '../change-queue.ts';
import { API_KEYS, type SystemRecord, type SystemRecords } from '../system-records.ts';
import { API_KEY_PREFIX, checkName } from './check-name.ts';
import { parsePermission, showPermission } from './parse-permission.ts';
import { type Grant, type Permission, Rights } from './permissions.ts';
import type { RightsVersion } from './rights-version.ts';
import type { Roles } from './roles.ts';

/** Random bytes of a key: as many as its hash has. */
const KEY_BYTES = 32;
/** Bytes of a key's id, by which it is listed and deleted. */
const ID_BYTES = 12;
/** What keys begin with, so that they are recognised where they should not be. */
export const KEY_MARK = 'sk_';

interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the key: it is long and random, so that nothing slower is needed. */
  readonly hash: string;
  readonly roles: readonly string[];
  readonly permissions: readonly Permission[];
  /** The only databases in which it may act; undefined for all. */
  readonly databases: readonly string[] | undefined;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAtMs: number | undefined;
  readonly lastUsedMs: number | undefined;
}

export interface ApiKeyRequest {
  readonly name: string;
  readonly roles?: readonly string[];
  readonly permissions?: readonly Value[];
  readonly databases?: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAtMs?: number;
}

/** Keys for programs: each acts in its own name with rights of its own. The key itself is shown once and never stored. */
export class ApiKeys {
  readonly #records: SystemRecords;
  readonly #roles: Roles;
  readonly #version: RightsVersion;
  readonly #changes: ChangeQueue;
  readonly #host: Host;
  readonly #keys = new Map<string, ApiKey>();
  readonly #byHash = new Map<string, string>();

  constructor(parts: {
    records: SystemRecords;
    roles: Roles;
    version: RightsVersion;
    changes: ChangeQueue;
    host: Host;
  }) {
    this.#records = parts.records;
    this.#roles = parts.roles;
    this.#version = parts.version;
    this.#changes = parts.changes;
    this.#host = parts.host;
    for (const record of this.#records.all(API_KEYS)) this.#load(record);
  }

  /**
   * The name under which the key's owner acts.
   *
   * @param database where he says he will act; the system database, which clients name that have none in mind, is not asked for
   * @throws CairnError `unauthenticated`
   */
  redeem(key: string, database: string = SYSTEM_DATABASE): string {
    const id = this.#byHash.get(hashOf(key));
    const known = id === undefined ? undefined : this.#keys.get(id);
    if (known === undefined) throw new CairnError('unauthenticated', 'Invalid API key');
    if (this.#isExpired(known)) throw new CairnError('unauthenticated', 'API key expired');
    if (database !== SYSTEM_DATABASE && known.databases?.includes(database) === false) {
      throw new CairnError('unauthenticated', 'API key does not have access to this database');
    }
    this.#noteUse(known);
    return `${API_KEY_PREFIX}${known.id}`;
  }

  /** What the key behind a name may do now; undefined for a name that is none of a key, or of one that has ended. */
  rightsOf(name: string): Rights | undefined {
    const key = this.#find(name);
    if (key === undefined || this.#isExpired(key)) return undefined;
    const rights = new Rights([], () => undefined);
    rights.expiresAtMs = key.expiresAtMs;
    for (const { permission, database } of this.grantsOf(name)) rights.grant(permission, database);
    return rights;
  }

  /** What makes up the key's rights, line by line. */
  grantsOf(name: string): Grant[] {
    const key = this.#find(name);
    if (key === undefined) return [];
    const own = key.permissions.map((permission): Grant => ({ permission }));
    const given = key.roles.flatMap((role) =>
      (this.#roles.find(role)?.permissions ?? []).map((permission): Grant => ({ role, permission })),
    );
    const lines = [...own, ...given];
    return key.databases === undefined
      ? lines
      : key.databases.flatMap((database) => lines.map((line) => ({ ...line, database })));
  }

  rolesOf(name: string): string[] {
    return [...(this.#find(name)?.roles ?? [])];
  }

  /** Its roles, in the databases that it may act in. */
  rolesIn(name: string, database: string): string[] {
    const key = this.#find(name);
    return key?.databases === undefined || key.databases.includes(database) ? this.rolesOf(name) : [];
  }

  /** A text that changes when the key is made anew; undefined when there is none. */
  credentialOf(name: string): string | undefined {
    return this.#find(name)?.hash.slice(0, 22);
  }

  list(): ValueObject[] {
    return [...this.#keys.values()].map(showKey);
  }

  /** @throws CairnError `not_found` */
  show(id: string): ValueObject {
    return showKey(this.#require(id));
  }

  /** The record with the key itself, which nobody can see again. @throws CairnError `invalid_argument`, `not_found` for a role */
  async create(request: ApiKeyRequest, createdBy: string): Promise<ValueObject> {
    checkName('API key', request.name);
    if (this.#keys.size >= API_KEYS_MAX) {
      throw new CairnError('limit_exceeded', `there are ${API_KEYS_MAX} API keys already`, {
        details: { limit: API_KEYS_MAX },
      });
    }
    for (const role of request.roles ?? []) this.#roles.require(role);
    const id = Buffer.from(this.#host.randomBytes(ID_BYTES)).toString('hex');
    const permissions = (request.permissions ?? []).map(parsePermission);
    const { name, roles = [], databases, expiresAtMs } = request;
    return this.#issue({
      ...{ id, name, roles, permissions, databases, createdBy, expiresAtMs },
      createdAt: new Date(this.#host.nowMs()).toISOString(),
      lastUsedMs: undefined,
    });
  }

  /** Gives a key a new text; the old one ends at once. @throws CairnError `not_found` */
  rotate(id: string): Promise<ValueObject> {
    return this.#changes.inTurn(async () => this.#issue({ ...this.#require(id), lastUsedMs: undefined }));
  }

  /** @throws CairnError `not_found` */
  delete(id: string): Promise<void> {
    return this.#changes.inTurn(() => this.#delete(id));
  }

  async #delete(id: string): Promise<void> {
    const { hash } = this.#require(id);
    await this.#records.remove(API_KEYS, [id]);
    this.#keys.delete(id);
    this.#byHash.delete(hash);
    this.#version.changed();
  }

  async #issue(draft: Omit<ApiKey, 'hash'>): Promise<ValueObject> {
    const text = `${KEY_MARK}${Buffer.from(this.#host.randomBytes(KEY_BYTES)).toString('hex')}`;
    const before = this.#keys.get(draft.id)?.hash;
    const key: ApiKey = { ...draft, hash: hashOf(text) };
    await this.#store(key);
    this.#keys.set(key.id, key);
    if (before !== undefined) this.#byHash.delete(before);
    this.#byHash.set(key.hash, key.id);
    this.#version.changed();
    return { ...showKey(key), key: text };
  }

  async #store(key: ApiKey): Promise<void> {
    await this.#records.put(API_KEYS, key.id, { ...showKey(key), key_hash: key.hash });
  }

  /** Not with each use: that would be a write for each request. What a crash forgets is less than a minute. */
  #noteUse(key: ApiKey): void {
    const nowMs = this.#host.nowMs();
    if (key.lastUsedMs !== undefined && Math.abs(nowMs - key.lastUsedMs) < API_KEY_USE_NOTED_MS) return;
    const used = { ...key, lastUsedMs: nowMs };
    this.#keys.set(key.id, used);
    const noted = this.#changes.inTurn(async () => {
      // A key that is no more, or has another text, must not come back by having been used.
      if (this.#keys.get(key.id) === used) await this.#store(used);
    });
    noted.catch(() => {}); // a full disk must not lock out whoever makes room
  }

  #find(name: string): ApiKey | undefined {
    return name.startsWith(API_KEY_PREFIX) ? this.#keys.get(name.slice(API_KEY_PREFIX.length)) : undefined;
  }

  #require(id: string): ApiKey {
    const key = this.#keys.get(id);
    if (key !== undefined) return key;
    throw new CairnError('not_found', `API key '${id}' not found`, { details: { key_id: id } });
  }

  #isExpired({ expiresAtMs }: ApiKey): boolean {
    return expiresAtMs !== undefined && this.#host.nowMs() >= expiresAtMs;
  }

  #load(record: SystemRecord): void {
    const { _key: id, name, key_hash: hash, roles, permissions, scoped_databases, created_by, created_at } = record;
    // A record without a hash is none of ours: nobody can hold its key.
    if (typeof id !== 'string' || typeof hash !== 'string') return;
    const key: ApiKey = {
      id,
      name: String(name ?? ''),
      hash,
      roles: texts(roles),
      permissions: (Array.isArray(permissions) ? permissions : []).map(parsePermission),
      databases: Array.isArray(scoped_databases) ? texts(scoped_databases) : undefined,
      createdBy: String(created_by ?? ''),
      createdAt: String(created_at ?? ''),
      expiresAtMs: timeOf(record.expires_at),
      lastUsedMs: timeOf(record.last_used_at),
    };
    this.#keys.set(id, key);
    this.#byHash.set(hash, id);
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function texts(values: Value | undefined): string[] {
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
}

function timeOf(value: Value | undefined): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** A key as replies and records have it: never the key. */
function showKey(key: ApiKey): ValueObject {
  const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  return {
    id: key.id,
    name: key.name,
    roles: [...key.roles],
    permissions: key.permissions.map(showPermission),
    scoped_databases: key.databases === undefined ? null : [...key.databases],
    created_by: key.createdBy,
    created_at: key.createdAt,
    expires_at: time(key.expiresAtMs),
    last_used_at: time(key.lastUsedMs),
  };
}
