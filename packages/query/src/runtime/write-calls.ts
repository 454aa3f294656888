import { CairnError, isObject, type Value, valuesEqual } from '@cairn/protocol/internal';
import { decodeDocument, type ReadView } from '@cairn/storage/internal';
import { UnknownCollectionError } from '../plan/problems/plan-errors.ts';
import { positionsOfBlocks, positionsOfKeys } from './access/position-cursor.ts';

/** What a write did: whole documents with system members, null where there was or is none. */
export interface WriteOutcome {
  readonly old: Value;
  readonly new: Value;
}

export interface InsertOptions {
  /** Replaces a document with the same key instead of failing. */
  readonly overwrite?: boolean;
}

/** The one way by which a statement changes documents; the engine that started it knows schemas, keys and times. */
export interface DocumentWriter {
  insert(collection: string, document: Value, options: InsertOptions): WriteOutcome;
  /** Merges `changes` into the document at the top level. Throws `not_found` for a missing one. */
  update(collection: string, key: string, changes: Value, options: Value): WriteOutcome;
  replace(collection: string, key: string, document: Value, options: Value): WriteOutcome;
  remove(collection: string, key: string): WriteOutcome;
}

/** Counts of a statement's writes. */
export interface WriteStatistics {
  inserted: number;
  updated: number;
  replaced: number;
  removed: number;
}

/** Documents that an UPSERT compares between two looks at the clock: about a millisecond's work. */
const DOCUMENTS_PER_LOOK = 256;

/** What generated code calls for the rows of INSERT, UPDATE, REPLACE, REMOVE and UPSERT. */
export class WriteCalls {
  readonly statistics: WriteStatistics = { inserted: 0, updated: 0, replaced: 0, removed: 0 };
  readonly #writer: DocumentWriter | undefined;
  readonly #view: ReadView;
  readonly #database: string;
  readonly #written: () => void;
  readonly #checkpoint: () => void;

  /**
   * @param run.written called after each write, so that nothing remembered from before is used again
   * @param run.checkpoint called while many documents are looked at; throws when the statement has to end
   */
  constructor(
    host: { view: ReadView; database: string; writer?: DocumentWriter },
    run: { written: () => void; checkpoint: () => void },
  ) {
    this.#writer = host.writer;
    this.#view = host.view;
    this.#database = host.database;
    this.#written = run.written;
    this.#checkpoint = run.checkpoint;
  }

  insert(collection: string, document: Value, options: Value): WriteOutcome {
    const overwrite = isObject(options) && Object.hasOwn(options, 'overwrite') && options.overwrite === true;
    const outcome = this.#open().insert(collection, document, { overwrite });
    this.statistics.inserted++;
    return outcome;
  }

  update(collection: string, selector: Value, changes: Value, options: Value): WriteOutcome {
    if (!isObject(changes)) throw new CairnError('invalid_argument', 'UPDATE: changes must be an object');
    const outcome = this.#open().update(collection, this.#key('UPDATE', collection, selector), changes, options);
    this.statistics.updated++;
    return outcome;
  }

  replace(collection: string, selector: Value, document: Value, options: Value): WriteOutcome {
    if (!isObject(document)) throw new CairnError('invalid_argument', 'REPLACE: the document must be an object');
    const outcome = this.#open().replace(collection, this.#key('REPLACE', collection, selector), document, options);
    this.statistics.replaced++;
    return outcome;
  }

  remove(collection: string, selector: Value): WriteOutcome {
    const outcome = this.#open().remove(collection, this.#key('REMOVE', collection, selector));
    this.statistics.removed++;
    return outcome;
  }

  /** The document that UPSERT looks for: by key, or the first in key order with all the attributes; else null. */
  find(collection: string, search: Value): Value {
    if (typeof search === 'string') return this.#documents(collection, this.#existingKey(collection, search)).next();
    if (!isObject(search)) {
      throw new CairnError('invalid_argument', 'UPSERT: search must be a string key or an object');
    }
    const wanted = this.#withKey(collection, search);
    const documents = this.#candidates(collection, wanted);
    let looked = 0;
    for (let document = documents.next(); document !== null; document = documents.next()) {
      if (matches(document, wanted)) return document;
      if (++looked % DOCUMENTS_PER_LOOK === 0) this.#checkpoint();
    }
    return null;
  }

  /** The search with the key that its `_id` names in any spelling of ids; one that contradicts its `_key` finds nothing. */
  #withKey(collection: string, search: { [key: string]: Value }): { [key: string]: Value } {
    if (!Object.hasOwn(search, '_id') || typeof search._id !== 'string') return search;
    const { _id: id, ...others } = search;
    const key = this.#existingKey(collection, id as string);
    return Object.hasOwn(search, '_key') && search._key !== key ? search : { ...others, _key: key };
  }

  #open(): DocumentWriter {
    if (this.#writer === undefined) throw new CairnError('read_only', 'This query may not write');
    this.#written();
    return this.#writer;
  }

  #key(statement: string, collection: string, selector: Value): string {
    if (typeof selector === 'string') return this.#existingKey(collection, selector);
    if (isObject(selector) && Object.hasOwn(selector, '_key') && typeof selector._key === 'string')
      return selector._key;
    const problem = 'selector must be a string key or an object with _key field';
    throw new CairnError('invalid_argument', `${statement}: ${problem}`);
  }

  /** A key as it is, or what follows `collection/` or `database:collection/` where no document has the text as its key. */
  #existingKey(collection: string, text: string): string {
    const view = this.#collection(collection);
    if (view.get(text) !== undefined) return text;
    for (const prefix of [`${collection}/`, `${this.#database}:${collection}/`]) {
      if (text.startsWith(prefix)) return text.slice(prefix.length);
    }
    return text;
  }

  #collection(name: string) {
    const collection = this.#view.collection(name);
    if (collection === undefined) throw new UnknownCollectionError(name);
    return collection;
  }

  /** Documents that an UPSERT's search object may match, in key order: by key, through an index, or all. */
  #candidates(name: string, search: { [key: string]: Value }): { next(): Value } {
    if (Object.hasOwn(search, '_key')) return this.#documents(name, search._key);
    const collection = this.#collection(name);
    const names = Object.keys(search).filter((member) => search[member] !== null);
    const index = collection.indexes.find(
      ({ type, fields }) => type === 'persistent' && fields.length === 1 && names.includes(fields[0]),
    );
    if (index === undefined) return this.#documents(name, undefined);
    const cursor = index.scan({ equal: [search[index.fields[0]]] }, 'forward');
    const prefix = `${this.#database}:${name}/`;
    return {
      next() {
        const key = cursor.next();
        const position = key === undefined ? undefined : collection.get(key);
        return position === undefined ? null : decodeDocument(prefix, position.bytes, position.record);
      },
    };
  }

  /** The document with a key, or all of them in key order; null at the end. */
  #documents(name: string, key: Value | undefined): { next(): Value } {
    const collection = this.#collection(name);
    const positions =
      key === undefined
        ? positionsOfBlocks(collection.blocks())
        : positionsOfKeys(collection, typeof key === 'string' ? [key] : []);
    const prefix = `${this.#database}:${name}/`;
    return {
      next() {
        const position = positions.next();
        return position === undefined ? null : decodeDocument(prefix, position.bytes, position.record);
      },
    };
  }
}

function matches(document: Value, search: { [key: string]: Value }): boolean {
  const object = document as { [key: string]: Value };
  return Object.keys(search).every((name) => {
    const value = Object.hasOwn(object, name) ? object[name] : null;
    return valuesEqual(value, search[name]);
  });
}
