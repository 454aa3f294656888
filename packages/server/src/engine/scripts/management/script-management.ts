import { CairnError, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { Database } from '@cairn/storage/internal';
import type { Host } from '../../../host.ts';
import { SCRIPT_CODE_MAX_LENGTH } from '../../../limits.ts';
import type { Security } from '../../../security/security.ts';
import { refuse } from '../records/record-members.ts';
import type { RecordStore, StoredRecord } from '../records/record-store.ts';
import { limitsProblem } from '../records/run-limits.ts';
import { SCRIPTS } from '../records/script-collections.ts';
import {
  DEFAULT_SERVICE,
  endpointUrl,
  languageOf,
  RUN_AS_CALLER,
  RUN_AS_DEFINER,
  scriptKey,
  scriptOf,
  scriptSummary,
  trimSlashes,
} from '../records/script-record.ts';

/** What a script's record says; absent members have their usual value, or stay as they are. */
export interface ScriptChanges {
  readonly name?: string;
  readonly path?: string;
  readonly methods?: readonly string[];
  readonly code?: string;
  readonly description?: string | null;
  readonly language?: Value;
  readonly run_as?: string;
  readonly limits?: Value;
  readonly allow_hosts?: readonly string[] | null;
}

export interface NewScript extends ScriptChanges {
  readonly name: string;
  readonly path: string;
  readonly code: string;
  readonly service?: string;
  readonly collection?: string;
}

/** Installing scripts and looking at them. Who has changed a script last is its definer: what runs is his text. */
export class ScriptManagement {
  readonly #records: RecordStore;
  readonly #security: Security;
  readonly #host: Host;

  constructor(parts: { records: RecordStore; security: Security; host: Host }) {
    this.#records = parts.records;
    this.#security = parts.security;
    this.#host = parts.host;
  }

  /** @throws CairnError `invalid_argument` for what is no script, and when the path is taken */
  async create(database: Database, wanted: NewScript, user: string): Promise<ValueObject> {
    this.#check(wanted);
    const { service = DEFAULT_SERVICE, collection, methods = [], name, code } = wanted;
    const path = trimSlashes(wanted.path);
    const now = this.#now();
    const record: ValueObject = {
      _key: scriptKey({ database: database.name, service, collection, path }),
      name,
      methods: [...methods],
      path,
      database: database.name,
      service,
      collection: collection ?? null,
      code,
      description: wanted.description ?? null,
      ...optionsOf(wanted),
      language: wanted.language ?? 'lua',
      run_as: wanted.run_as ?? RUN_AS_DEFINER,
      definer: user,
      created_at: now,
      updated_at: now,
    };
    try {
      return this.#shown(database, await this.#records.insert(database, SCRIPTS, record, user));
    } catch (error) {
      if (error instanceof CairnError && error.code === 'already_exists') {
        refuse(`Script with path '${path}' already exists in this scope`, { path });
      }
      throw error;
    }
  }

  /** Without their texts. What cannot be read as a script is shown as it is. */
  list(database: Database): ValueObject[] {
    return this.#records.all(database, SCRIPTS).map((record) => scriptSummary(record));
  }

  /** @throws CairnError `not_found` */
  get(database: Database, key: string): ValueObject {
    return this.#shown(database, this.#record(database, key));
  }

  /** Keeps key, service, collection and the time of creation. @throws CairnError `not_found`, `invalid_argument` */
  async update(database: Database, key: string, changes: ScriptChanges, user: string): Promise<ValueObject> {
    this.#check(changes);
    const { _id, _rev, _created_at, _updated_at, ...record } = this.#record(database, key);
    const { name, methods, code, description, language, run_as } = changes;
    const changed = {
      ...record,
      ...given({ name, code, description, language, run_as }),
      ...(methods !== undefined && { methods: [...methods] }),
      ...(changes.path !== undefined && { path: trimSlashes(changes.path) }),
      ...optionsOf(changes),
      _key: key,
      definer: user,
      updated_at: this.#now(),
    };
    return this.#shown(database, await this.#records.put(database, SCRIPTS, changed, user));
  }

  /** @throws CairnError `not_found` */
  async delete(database: Database, key: string, user: string): Promise<void> {
    this.#record(database, key);
    await this.#records.remove(database, SCRIPTS, [key], user);
  }

  #record(database: Database, key: string): StoredRecord {
    const record = this.#records.find(database, SCRIPTS, key);
    if (record !== undefined) return record;
    throw new CairnError('not_found', `Script '${key}' not found`, { details: { collection: SCRIPTS, key } });
  }

  #shown(database: Database, record: StoredRecord): ValueObject {
    const { _id, ...members } = record;
    const script = scriptOf(database.name, record);
    return { id: record._key!, ...members, url: (script && endpointUrl(script)) ?? null };
  }

  #check({ code, language, limits, run_as, methods, name }: ScriptChanges): void {
    if (name === '') refuse('a script needs a name');
    if (languageOf(language) === undefined)
      refuse(`language must be 'lua' or 'javascript', not ${JSON.stringify(language)}`);
    if (code !== undefined && code.length > SCRIPT_CODE_MAX_LENGTH) {
      refuse(`the code is longer than ${SCRIPT_CODE_MAX_LENGTH} characters`, { limit: SCRIPT_CODE_MAX_LENGTH });
    }
    for (const method of methods ?? []) {
      if (!/^[A-Za-z]{1,20}$/.test(method)) refuse(`'${method}' is no method`);
    }
    const problem = limitsProblem(limits);
    if (problem !== undefined) refuse(problem);
    if (run_as === undefined || run_as === RUN_AS_DEFINER || run_as === RUN_AS_CALLER) return;
    if (this.#security.roles.find(run_as) === undefined) {
      refuse(`run_as must be '${RUN_AS_DEFINER}', '${RUN_AS_CALLER}' or a role, not '${run_as}'`);
    }
  }

  #now(): string {
    return new Date(this.#host.nowMs()).toISOString();
  }
}

function optionsOf({ limits, allow_hosts }: ScriptChanges): ValueObject {
  return given({ limits, allow_hosts: allow_hosts && [...allow_hosts] });
}

function given(members: { readonly [name: string]: Value | undefined }): ValueObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as ValueObject;
}
