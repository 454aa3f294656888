import { CairnError, stringifyJson, type Value } from '@cairn/protocol/internal';
import type { Database } from '@cairn/storage/internal';
import type { Host } from '../../../host.ts';
import { ENVIRONMENT_VALUE_MAX_LENGTH } from '../../../limits.ts';
import { refuse, textOf } from '../records/record-members.ts';
import type { RecordStore } from '../records/record-store.ts';
import { ENVIRONMENT } from '../records/script-collections.ts';

/** The variables that a database's scripts see as `solidb.env`. Values are texts, and secrets among them. */
export class Environment {
  readonly #records: RecordStore;
  readonly #host: Host;

  constructor(parts: { records: RecordStore; host: Host }) {
    this.#records = parts.records;
    this.#host = parts.host;
  }

  list(database: Database): { [name: string]: string } {
    const entries = this.#records.all(database, ENVIRONMENT).flatMap(({ _key, value }) => {
      return typeof value === 'string' ? [[String(_key), value] as const] : [];
    });
    return Object.fromEntries(entries);
  }

  get(database: Database, name: string): string | undefined {
    return textOf(this.#records.find(database, ENVIRONMENT, name)?.value);
  }

  /** A value that is no text is kept as its JSON. @throws CairnError `invalid_argument` */
  async set(database: Database, variables: ReadonlyMap<string, Value>, user: string): Promise<void> {
    const updated_at = new Date(this.#host.nowMs()).toISOString();
    const records = [...variables].map(([name, given]) => {
      if (name === '') refuse('a variable needs a name');
      const value = typeof given === 'string' ? given : stringifyJson(given);
      if (value.length > ENVIRONMENT_VALUE_MAX_LENGTH) {
        refuse(`a value has at most ${ENVIRONMENT_VALUE_MAX_LENGTH} characters`, {
          limit: ENVIRONMENT_VALUE_MAX_LENGTH,
        });
      }
      return { _key: name, value, updated_at };
    });
    if (records.length > 0) await this.#records.putMany(database, ENVIRONMENT, records, user);
  }

  /** @throws CairnError `not_found` */
  async delete(database: Database, name: string, user: string): Promise<void> {
    if (this.#records.find(database, ENVIRONMENT, name) === undefined) {
      throw new CairnError('not_found', `Environment variable ${name} not found`, {
        details: { collection: ENVIRONMENT, key: name },
      });
    }
    await this.#records.remove(database, ENVIRONMENT, [name], user);
  }
}
