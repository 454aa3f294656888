import { CairnError, type Value } from '@cairn/protocol/internal';
import type { CollectionVersion, DatabaseProperties, DatabaseVersion } from '../../database/database-version.ts';
import type { IndexDefinition } from '../../indexes/definition.ts';
import type { CatalogueChange } from '../../log/change.ts';
import { collectionNotFound } from '../../store/errors.ts';
import { TreeVersion } from '../../tree/tree-version.ts';
import { countDocuments, emptyIndex, fillIndex } from './index-build.ts';
import { lastChanges } from './last-changes.ts';
import { WorkingCollection } from './working-collection.ts';
import type { WorkingHost } from './working-host.ts';

/** What the catalogue asks of its transaction. */
export interface WorkingCatalogueParts {
  /** The state that the transaction reads now. */
  base(): DatabaseVersion;
  /** Whether what documents have become stands in the journal only when it is noted. */
  readonly notesLast: boolean;
  /** @throws CairnError `transaction_not_found` once the transaction has ended */
  assertOpen(): void;
  /** Told of a collection that is the same one under another description. */
  described(name: string): void;
}

/** The collections of one transaction, and what it changes of the catalogue: collections, indexes, properties. */
export class WorkingCatalogue {
  /** Only collections that somebody has asked for; null for one that the transaction has dropped. */
  readonly collections = new Map<string, WorkingCollection | null>();
  readonly #host: WorkingHost;
  readonly #parts: WorkingCatalogueParts;
  #changes = 0;
  #properties: DatabaseProperties | undefined;
  #nextTreeId: number;

  constructor(host: WorkingHost, parts: WorkingCatalogueParts) {
    this.#host = host;
    this.#parts = parts;
    this.#nextTreeId = parts.base().nextTreeId;
  }

  /** How many changes there were, those that were taken back among them. */
  get changes(): number {
    return this.#changes;
  }

  get properties(): DatabaseProperties {
    return this.#properties ?? this.#parts.base().properties;
  }

  get nextTreeId(): number {
    return this.#nextTreeId;
  }

  /** Names of all collections, in order. */
  names(): string[] {
    const names = new Set(this.#parts.base().collections.keys());
    for (const [name, collection] of this.collections) {
      if (collection === null) names.delete(name);
      else names.add(name);
    }
    return [...names].sort();
  }

  /** Begins anew on the state that the transaction reads now. */
  restart(): void {
    this.collections.clear();
    this.#nextTreeId = this.#parts.base().nextTreeId;
  }

  createCollection(name: string, type: string, properties: Value = null): void {
    this.#parts.assertOpen();
    if (this.find(name) !== undefined) {
      throw new CairnError('already_exists', `Collection '${name}' already exists`, { details: { collection: name } });
    }
    const id = this.#nextTreeId++;
    this.#note({ kind: 'create collection', collection: name, type, properties });
    this.#install({ id, name, type, properties, count: 0, tree: new TreeVersion(id, []), indexes: [] });
  }

  dropCollection(name: string): void {
    this.require(name);
    this.#note({ kind: 'drop collection', collection: name });
    const before = this.collections.get(name);
    this.#change(() => (before === undefined ? this.collections.delete(name) : this.collections.set(name, before)));
    this.collections.set(name, null);
  }

  setProperties(properties: DatabaseProperties): void {
    const before = this.#properties;
    this.#note({ kind: 'set database properties', collection: '', properties });
    this.#change(() => {
      this.#properties = before;
    });
    this.#properties = properties;
  }

  setCollectionProperties(name: string, properties: Value): void {
    const change = { kind: 'set properties', collection: name, properties } as const;
    this.#alter(change, (version) => ({ ...version, properties }));
  }

  /** Empties a collection in one step, whatever its size; its indexes stay, empty too. */
  truncateCollection(name: string): number {
    const collection = this.require(name);
    const { count } = collection;
    this.#alter({ kind: 'truncate collection', collection: name }, (version) => ({
      ...version,
      id: this.#nextTreeId,
      count: 0,
      tree: new TreeVersion(this.#nextTreeId++, []),
      indexes: version.indexes.map((index) => ({
        ...index,
        entryCount: 0,
        tree: new TreeVersion(this.#nextTreeId++, []),
      })),
    }));
    return count;
  }

  createIndex(collection: string, definition: IndexDefinition): void {
    const working = this.require(collection);
    if (working.indexes.some((index) => index.name === definition.name)) {
      const details = { collection, index: definition.name };
      throw new CairnError('already_exists', `Index '${definition.name}' already exists`, { details });
    }
    const index = emptyIndex(definition, this.#nextTreeId++);
    const change = { kind: 'create index', collection, definition } as const;
    const altered = this.#alter(change, (version) => ({ ...version, indexes: [...version.indexes, index] }));
    fillIndex(altered, altered.indexes.length - 1);
  }

  dropIndex(collection: string, name: string): void {
    const working = this.require(collection);
    if (!working.indexes.some((index) => index.name === name)) {
      throw new CairnError('not_found', `Index '${name}' not found`, { details: { collection, index: name } });
    }
    this.#alter({ kind: 'drop index', collection, index: name }, (version) => ({
      ...version,
      indexes: version.indexes.filter((index) => index.name !== name),
    }));
  }

  /** Counts a collection's documents and builds every index anew from them; answers how many went into indexes. */
  rebuildIndexes(collection: string): number {
    const count = countDocuments(this.require(collection));
    const altered = this.#alter({ kind: 'rebuild indexes', collection }, (version) => ({
      ...version,
      indexes: version.indexes.map((index) => ({
        ...index,
        exact: true,
        entryCount: 0,
        tree: new TreeVersion(this.#nextTreeId++, []),
      })),
    }));
    const { count: before } = altered;
    this.#host.undo()?.push(() => {
      altered.count = before;
    });
    altered.count = count;
    for (let index = 0; index < altered.indexes.length; index++) fillIndex(altered, index);
    return altered.indexes.length === 0 ? 0 : count;
  }

  /** Joins neighbouring blocks that have become small, of the documents and of the indexes. */
  compactCollection(name: string): void {
    const collection = this.require(name);
    this.#note({ kind: 'compact collection', collection: name });
    this.#change(() => {});
    collection.overlay.compact(this.#host.undo());
    for (const index of collection.indexes) index.overlay.compact(this.#host.undo());
  }

  /** The collection as the transaction has it; undefined when there is none. */
  find(name: string): WorkingCollection | undefined {
    const known = this.collections.get(name);
    if (known !== undefined) return known ?? undefined;
    this.#parts.assertOpen();
    const version = this.#parts.base().collections.get(name);
    return version === undefined ? undefined : this.#open(version);
  }

  /** @throws CairnError `not_found` */
  require(name: string): WorkingCollection {
    this.#parts.assertOpen();
    const collection = this.find(name);
    if (collection === undefined) throw collectionNotFound(name);
    return collection;
  }

  #open(version: CollectionVersion): WorkingCollection {
    const collection = new WorkingCollection(version, this.#host);
    this.collections.set(version.name, collection);
    return collection;
  }

  /** Puts a collection of this description in place of the one before. */
  #install(version: CollectionVersion): WorkingCollection {
    const before = this.collections.get(version.name);
    this.#change(() =>
      before === undefined ? this.collections.delete(version.name) : this.collections.set(version.name, before),
    );
    return this.#open(version);
  }

  /** A change of a collection's description; with another id it is another, empty collection. */
  #alter(change: CatalogueChange, apply: (version: CollectionVersion) => CollectionVersion): WorkingCollection {
    const collection = this.require(change.collection);
    this.#note(change);
    const version = apply(collection.base);
    if (version.id !== collection.id) return this.#install(version);
    this.#change(() => {});
    collection.describe(version);
    this.#parts.described(version.name);
    return collection;
  }

  /** Notes a change of the catalogue, behind what documents of the collection have become where that is not in the journal. */
  #note(change: CatalogueChange): void {
    const { length } = this.#host.journal;
    const collection = this.collections.get(change.collection);
    if (this.#parts.notesLast && collection) for (const one of lastChanges(collection)) this.#host.journal.push(one);
    this.#host.journal.push(change);
    this.#host.undo()?.push(() => {
      this.#host.journal.length = length;
    });
  }

  #change(undo: () => void): void {
    this.#parts.assertOpen();
    this.#changes++;
    this.#host.undo()?.push(undo);
  }
}
