import { CairnError, isObject, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { Database } from '@cairn/storage/internal';
import type { Host } from '../../../host.ts';
import { refuse, textOf } from '../records/record-members.ts';
import type { RecordStore, StoredRecord } from '../records/record-store.ts';
import { SCRIPTS, SERVICES } from '../records/script-collections.ts';
import { DEFAULT_SERVICE, scriptOf } from '../records/script-record.ts';
import { serviceDescription } from './service-description.ts';

/** What a service's record says; absent members stay as they are, null takes an optional one away. */
export interface ServiceChanges {
  readonly name?: string;
  readonly description?: string | null;
  readonly version?: string | null;
  readonly enabled?: boolean;
  readonly require_auth?: boolean;
  /** `false`: no page of another origin may call it; an object: which may, and how. */
  readonly cors?: Value;
}

/** Services: what a group of scripts has in common. */
export class ServiceManagement {
  readonly #records: RecordStore;
  readonly #host: Host;

  constructor(parts: { records: RecordStore; host: Host }) {
    this.#records = parts.records;
    this.#host = parts.host;
  }

  /** @throws CairnError `invalid_argument`, also when the key is taken */
  async create(database: Database, key: string, wanted: ServiceChanges, user: string): Promise<ValueObject> {
    if (!/^[^/\0]{1,200}$/.test(key)) refuse('the key of a service is a name without slashes', { key });
    checkCors(wanted.cors);
    const now = this.#now();
    const { name = key, description = null, version = null, enabled = true, require_auth = false, cors } = wanted;
    const record: ValueObject = {
      ...{ _key: key, name, description, version, database: database.name, enabled, require_auth },
      ...(cors !== undefined && { cors }),
      created_at: now,
      updated_at: now,
    };
    try {
      return shown(await this.#records.insert(database, SERVICES, record, user));
    } catch (error) {
      if (error instanceof CairnError && error.code === 'already_exists') {
        refuse(`Service '${key}' already exists in database '${database.name}'`, { key });
      }
      throw error;
    }
  }

  list(database: Database): ValueObject[] {
    const counts = new Map<string, number>();
    for (const script of this.#records.all(database, SCRIPTS)) {
      const service = textOf(script.service) ?? DEFAULT_SERVICE;
      counts.set(service, (counts.get(service) ?? 0) + 1);
    }
    return this.#records.all(database, SERVICES).map((record) => {
      return { ...shown(record), script_count: counts.get(String(record._key)) ?? 0 };
    });
  }

  /** @throws CairnError `not_found` */
  get(database: Database, key: string): ValueObject {
    return shown(this.#record(database, key));
  }

  /** @throws CairnError `not_found`, `invalid_argument` */
  async update(database: Database, key: string, changes: ServiceChanges, user: string): Promise<ValueObject> {
    checkCors(changes.cors);
    const { _id, _rev, _created_at, _updated_at, ...record } = this.#record(database, key);
    const present = Object.entries(changes).filter(([, value]) => value !== undefined);
    const changed = { ...record, ...Object.fromEntries(present), _key: key, updated_at: this.#now() };
    return shown(await this.#records.put(database, SERVICES, changed, user));
  }

  /** Removes the service and its scripts; answers how many those were. @throws CairnError `not_found` */
  async delete(database: Database, key: string, user: string): Promise<number> {
    this.#record(database, key);
    const scripts = this.#records
      .all(database, SCRIPTS)
      .filter(({ service }) => (textOf(service) ?? DEFAULT_SERVICE) === key)
      .map(({ _key }) => String(_key));
    await this.#records.remove(database, SCRIPTS, scripts, user);
    await this.#records.remove(database, SERVICES, [key], user);
    return scripts.length;
  }

  /** What the service offers, as an OpenAPI document. @throws CairnError `not_found` */
  describe(database: Database, key: string): ValueObject {
    const service = this.#record(database, key);
    const scripts = this.#records.all(database, SCRIPTS).flatMap((record) => {
      const script = scriptOf(database.name, record);
      if (script === undefined || script.service !== key) return [];
      return [{ script, description: textOf(record.description) }];
    });
    return serviceDescription(database.name, service, scripts);
  }

  #record(database: Database, key: string): StoredRecord {
    const record = this.#records.find(database, SERVICES, key);
    if (record !== undefined) return record;
    throw new CairnError('not_found', `Service '${key}' not found in database '${database.name}'`, {
      details: { collection: SERVICES, key },
    });
  }

  #now(): string {
    return new Date(this.#host.nowMs()).toISOString();
  }
}

function checkCors(cors: Value | undefined): void {
  if (cors === undefined || cors === null || typeof cors === 'boolean' || isObject(cors)) return;
  refuse('cors must be false, or an object with origins, methods, headers, credentials, max_age');
}

function shown(record: StoredRecord): ValueObject {
  const { _id, _rev, _created_at, _updated_at, ...members } = record;
  return { key: record._key!, ...members };
}
