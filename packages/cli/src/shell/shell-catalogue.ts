import type { Database } from '@cairn/client';
import type { Value, ValueObject } from '@cairn/protocol';
import type { Catalogue, CatalogueField } from '@cairn/query/internal';

/** Documents looked at to learn the attributes of a collection. */
const SAMPLE_DOCUMENTS = 50;
/** Attributes remembered of one collection. */
const FIELDS_MAX = 1000;
/** How deep attributes within attributes are looked for. */
const DEPTH_MAX = 4;
/** After this time a sample is taken anew. */
const SAMPLE_AGE_MAX_MS = 60_000;
/** Somebody waits for a completion: what the server has not said by then is left out. */
const SAMPLE_TIMEOUT_MS = 1000;

interface Sample {
  readonly fields: readonly CatalogueField[];
  readonly takenMs: number;
}

/** What a shell has learnt of one database, to complete names. Whoever may not read something types its names. */
export class ShellCatalogue implements Catalogue {
  readonly #database: Database;
  #collections: readonly string[] = [];
  readonly #samples = new Map<string, Sample>();

  constructor(database: Database) {
    this.#database = database;
  }

  get collections(): readonly string[] {
    return this.#collections;
  }

  fields(collection: string): readonly CatalogueField[] {
    return this.#samples.get(collection)?.fields ?? [];
  }

  /** Lists the collections anew. */
  async refresh(): Promise<void> {
    this.#collections = await this.#database.collections.list().catch(() => []);
  }

  /** Looks at some documents of the collections whose names stand in a text. */
  async learn(text: string): Promise<void> {
    const words = new Set(text.match(/[\p{Alphabetic}\p{N}_-]+/gu));
    const mentioned = this.#collections.filter((name) => words.has(name) && this.#isStale(name));
    await Promise.all(mentioned.map((name) => this.#sample(name)));
  }

  #isStale(collection: string): boolean {
    const sample = this.#samples.get(collection);
    return sample === undefined || performance.now() - sample.takenMs > SAMPLE_AGE_MAX_MS;
  }

  async #sample(collection: string): Promise<void> {
    const options = { signal: AbortSignal.timeout(SAMPLE_TIMEOUT_MS) };
    const text = `FOR document IN @@collection LIMIT ${SAMPLE_DOCUMENTS} RETURN document`;
    try {
      const documents = await this.#database.query(text, { '@collection': collection }, options);
      const indexes = await this.#database.collection(collection).indexes.list(options);
      const names = new Map(indexes.map(({ name, fields }) => [fields[0], name] as const));
      this.#samples.set(collection, { fields: fieldsOf(documents, names), takenMs: performance.now() });
    } catch {
      // It may have no samples for a while; the next Tab asks again.
    }
  }
}

/** The attributes of documents in the order in which they are met, with the types of their values. */
export function fieldsOf(documents: readonly Value[], indexes: ReadonlyMap<string, string>): CatalogueField[] {
  const types = new Map<string, { readonly path: readonly string[]; readonly types: Set<string> }>();
  const visit = (value: Value, path: readonly string[]): void => {
    if (path.length > 0) note(path, typeName(value));
    if (path.length >= DEPTH_MAX) return;
    if (Array.isArray(value)) for (const element of value) visit(element, [...path, '*']);
    else if (isPlainObject(value)) for (const [name, member] of Object.entries(value)) visit(member, [...path, name]);
  };
  const note = (path: readonly string[], type: string): void => {
    const key = JSON.stringify(path);
    let field = types.get(key);
    if (field === undefined) {
      if (types.size >= FIELDS_MAX) return;
      types.set(key, (field = { path, types: new Set() }));
    }
    field.types.add(type);
  };
  for (const document of documents) visit(document, []);
  return [...types.values()].map(({ path, types: found }) => {
    const index = indexes.get(path.join('.'));
    return { path, type: [...found].join(' or '), ...(index !== undefined && { index }) };
  });
}

function isPlainObject(value: Value): value is ValueObject {
  return typeName(value) === 'object';
}

function typeName(value: Value): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (value instanceof Uint8Array) return 'bytes';
  return typeof value === 'bigint' ? 'number' : typeof value;
}
