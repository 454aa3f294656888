import { randomUUID } from 'node:crypto';
import {
  decodeValue,
  encodeValue,
  isObject,
  type Value,
  type ValueObject,
  valuesEqual,
} from '@cairn/protocol/internal';
import { HostCallError } from '../../host/child/engine.ts';
import type { ScriptUser } from '../../host/script-run.ts';

type Documents = Map<string, ValueObject>;

type Call = (...parameters: Value[]) => Value;

const COMPARISONS: ReadonlyMap<string, (a: Value, b: Value) => boolean> = new Map<
  string,
  (a: Value, b: Value) => boolean
>([
  ['$eq', (a, b) => valuesEqual(a, b)],
  ['$ne', (a, b) => !valuesEqual(a, b)],
  ['$gt', (a, b) => (a as number) > (b as number)],
  ['$gte', (a, b) => (a as number) >= (b as number)],
  ['$lt', (a, b) => (a as number) < (b as number)],
  ['$lte', (a, b) => (a as number) <= (b as number)],
]);

function fits(value: Value, wanted: Value): boolean {
  const names = isObject(wanted) ? Object.keys(wanted) : [];
  if (names.length === 0 || !names.every((name) => name.startsWith('$'))) return valuesEqual(value, wanted);
  return names.every((name) => COMPARISONS.get(name)!(value, (wanted as ValueObject)[name]));
}

/** The server as tests of the script API see it: a few host calls over maps in memory. */
export class FakeServer {
  readonly logged: { readonly level: string; readonly message: string }[] = [];
  /** Messages sent on the WebSocket. */
  readonly sent: Value[] = [];
  user: ScriptUser | undefined;
  /** Texts of modules by name. */
  readonly modules = new Map<string, string>();
  readonly #collections = new Map<string, Documents>();
  /** What collections were when a transaction began, by its id. */
  readonly #transactions = new Map<string, Map<string, Documents>>();
  readonly #cache = new Map<string, Value>();
  readonly #counts = new Map<string, number>();
  readonly #files = new Map<string, { readonly info: ValueObject; readonly data: Uint8Array }>();
  readonly #calls: Readonly<Record<string, Call>>;

  constructor(collections: Readonly<Record<string, readonly ValueObject[]>> = {}) {
    for (const [name, documents] of Object.entries(collections)) {
      const all: Documents = new Map();
      this.#collections.set(name, all);
      for (const document of documents) this.#store(all, document);
    }
    this.#calls = {
      ...this.#documentCalls(),
      ...this.#transactionCalls(),
      ...this.#otherCalls(),
      ...this.#fileCalls(),
    };
  }

  /** What `ChildRun.call` is. */
  async call(name: string, parameters: Uint8Array): Promise<Uint8Array> {
    await undefined;
    if (!Object.hasOwn(this.#calls, name)) throw new HostCallError(`no host call ${name}`, 'BadRequest');
    return encodeValue(this.#calls[name](...(decodeValue(parameters) as Value[])));
  }

  log(level: string, message: string): void {
    this.logged.push({ level, message });
  }

  /** The texts that the collection `_env` holds. */
  environment(): Record<string, string> {
    const variables: Record<string, string> = {};
    for (const [key, { value }] of this.#collections.get('_env') ?? []) {
      if (typeof value === 'string') variables[key] = value;
    }
    return variables;
  }

  #collection(name: Value): Documents {
    const collection = this.#collections.get(name as string);
    if (collection === undefined) throw new HostCallError(`Collection '${name}' not found`, 'CollectionNotFound');
    return collection;
  }

  #existing(collection: Value, key: Value): ValueObject {
    const document = this.#collection(collection).get(key as string);
    if (document === undefined) throw new HostCallError(`Document with key '${key}' not found`, 'DocumentNotFound');
    return document;
  }

  #store(collection: Documents, given: ValueObject): ValueObject {
    const key = given._key ?? randomUUID();
    if (typeof key !== 'string') throw new HostCallError('Invalid document: _key must be a string', 'InvalidDocument');
    const now = new Date().toISOString();
    const own = { _key: key, _id: `db:x/${key}`, _rev: randomUUID(), _created_at: now, _updated_at: now };
    const document = { ...given, ...own };
    collection.set(key, document);
    return document;
  }

  #matching(collection: Value, filter: Value): ValueObject[] {
    const all = [...this.#collection(collection).values()].sort((a, b) => (String(a._key) < String(b._key) ? -1 : 1));
    if (filter === null || filter === undefined) return all;
    if (!isObject(filter)) return [];
    return all.filter((document) =>
      Object.entries(filter).every(([name, wanted]) => fits(document[name] ?? null, wanted)),
    );
  }

  #merge(collection: Value, key: Value, changes: ValueObject): ValueObject {
    const document = this.#existing(collection, key);
    const kept = Object.fromEntries(Object.entries(changes).filter(([name]) => !name.startsWith('_')));
    const merged = { ...document, ...kept, _rev: randomUUID() };
    this.#collection(collection).set(key as string, merged);
    return merged;
  }

  #documentCalls(): Record<string, Call> {
    const insert = (collection: Value, document: Value): ValueObject => {
      const key = (document as ValueObject)._key;
      if (typeof key === 'string' && this.#collection(collection).has(key)) {
        throw new HostCallError(`Document with key '${key}' already exists`, 'ConflictError');
      }
      return this.#store(this.#collection(collection), document as ValueObject);
    };
    return {
      'db.get': (collection, key) => this.#collection(collection).get(key as string) ?? null,
      'db.insert': insert,
      'db.update': (collection, key, changes) => this.#merge(collection, key, changes as ValueObject),
      'db.replace': (collection, key, document) => {
        this.#existing(collection, key);
        return this.#store(this.#collection(collection), { ...(document as ValueObject), _key: key });
      },
      'db.delete': (collection, key) => {
        this.#existing(collection, key);
        return this.#collection(collection).delete(key as string);
      },
      'db.find': (collection, filter) => this.#matching(collection, filter),
      'db.find_one': (collection, filter) => this.#matching(collection, filter)[0] ?? null,
      'db.count': (collection, filter) => this.#matching(collection, filter).length,
      'db.bulk_insert': (collection, documents) =>
        (documents as Value[]).map((document) => insert(collection, document)),
      'db.upsert': (collection, which, document) => {
        const found =
          typeof which === 'string' ? this.#collection(collection).get(which) : this.#matching(collection, which)[0];
        if (found !== undefined) return this.#merge(collection, found._key, document as ValueObject);
        const key: ValueObject = typeof which === 'string' ? { _key: which } : {};
        return insert(collection, { ...(document as ValueObject), ...key });
      },
      // The one query that examples ask.
      'db.query': () => this.#matching('people', null).map(({ name }) => name),
    };
  }

  #transactionCalls(): Record<string, Call> {
    return {
      'tx.begin': () => {
        const id = randomUUID();
        this.#transactions.set(id, new Map([...this.#collections].map(([name, all]) => [name, new Map(all)])));
        return id;
      },
      'tx.commit': (id) => this.#transactions.delete(id as string),
      'tx.rollback': (id) => {
        for (const [name, all] of this.#transactions.get(id as string)!) this.#collections.set(name, all);
        return this.#transactions.delete(id as string);
      },
    };
  }

  #otherCalls(): Record<string, Call> {
    const user = (): ScriptUser => this.user ?? { username: '', roles: [] };
    const kept = (key: Value): Value => this.#cache.get(key as string) ?? null;
    return {
      'cache.set': (key, value) => this.#cache.set(key as string, value) && true,
      'cache.get': kept,
      'cache.delete': (key) => this.#cache.delete(key as string),
      'session.create': (data) => {
        const id = randomUUID().repeat(2).slice(0, 43);
        this.#cache.set(id, data);
        return id;
      },
      'session.get': kept,
      'session.set': (id, data) => this.#cache.has(id as string) && this.#cache.set(id as string, data) !== undefined,
      'session.end': (id) => this.#cache.delete(id as string),
      rate_limit: (id, max) => {
        const count = (this.#counts.get(id as string) ?? 0) + 1;
        this.#counts.set(id as string, count);
        return count <= (max as number);
      },
      'password.hash': (password) => `$argon2id$${randomUUID()}$${password}`,
      'password.verify': (hash, password) => (hash as string).endsWith(`$${password}`),
      'ws.send': (message) => this.sent.push(message) > 0,
      'job.enqueue': () => randomUUID(),
      'job.status': () => null,
      'auth.user': () => ({ ...user(), roles: [...user().roles], authenticated: this.user !== undefined }),
      stats: () => ({ active_scripts: 1, active_ws: 0, total_scripts_executed: 1, total_ws_connections: 0 }),
      module: (name) => {
        const code = this.modules.get(name as string);
        if (code === undefined) throw new HostCallError(`Module '${name}' not found`, 'DocumentNotFound');
        return { name, language: 'lua', code, fingerprint: '' };
      },
      'streams.list': () => [],
      'streams.stop': () => false,
      fetch: (url) => {
        throw new HostCallError(`Fetch error: address not allowed: ${url}`, 'BadRequest');
      },
    };
  }

  #fileCalls(): Record<string, Call> {
    const file = (key: Value): { readonly info: ValueObject; readonly data: Uint8Array } => {
      const found = this.#files.get(key as string);
      if (found === undefined) throw new HostCallError(`Document with key '${key}' not found`, 'DocumentNotFound');
      return found;
    };
    return {
      'files.upload': (given, options) => {
        const data = typeof given === 'string' ? Buffer.from(given, 'base64') : (given as Uint8Array);
        const key = randomUUID();
        const { filename = key, directory = '' } = (options ?? {}) as Record<string, string>;
        const name = filename.replace(/[^\w.-]/g, '');
        const path = directory === '' ? name : `${directory}/${name}`;
        const info = { key, path, filename: name, directory, size: data.length, mime_type: 'text/plain', chunks: 1 };
        this.#files.set(key, { info, data });
        return info;
      },
      'files.info': (key) => file(key).info,
      'files.read': (key) => file(key).data,
      'files.delete': (key) => this.#files.delete(key as string),
      'files.list': () => [...this.#files.values()].map(({ info }) => info),
    };
  }
}
