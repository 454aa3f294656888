import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { canonicalize } from '@cairn/protocol/internal';
import { DOCUMENT_HEADER_BYTES } from '../block/layout.ts';
import type { CollectionVersion, DatabaseVersion, IndexVersion } from '../database/database-version.ts';
import type { EnvironmentReader } from '../database/disk/lmdb-environment.ts';
import { loadVersion } from '../database/disk/load-version.ts';
import { strayKeys } from '../database/disk/stored-keys.ts';
import { entriesOf, entryKey } from '../indexes/index-entry.ts';
import type { CheckProgress, Finding } from './finding.ts';
import { type StoredRecord, StoredTree } from './stored-tree.ts';

/** Findings of one kind in one place after which the rest of them is only counted. */
const SHOWN_IN_ONE_PLACE = 20;

/**
 * Looks at everything that a database's file holds: each block and its place, each document, each index entry against
 * the documents, each counter. Gives way to other work between blocks.
 */
export async function* checkStoredData(
  reader: EnvironmentReader,
  database: string,
  onProgress?: (progress: CheckProgress) => void,
): AsyncGenerator<Finding> {
  let version: DatabaseVersion | undefined;
  try {
    version = loadVersion(reader, database);
  } catch (error) {
    yield { kind: 'catalogue', database, message: (error as Error).message, isRepairable: false };
    return;
  }
  if (version === undefined) return;
  const documentsInAll = [...version.collections.values()].reduce((sum, { count }) => sum + count, 0);
  let documents = 0;
  for (const collection of version.collections.values()) {
    const check = new CollectionCheck(reader, database, collection);
    for await (const count of check.run()) {
      documents += count;
      onProgress?.({ database, collection: collection.name, documents, documentsInAll });
    }
    yield* check.findings;
  }
  for (const message of strayKeys(reader, version)) yield { kind: 'stray', database, message, isRepairable: false };
}

class CollectionCheck {
  readonly #reader: EnvironmentReader;
  readonly #database: string;
  readonly #collection: CollectionVersion;
  readonly #found = new FindingList();
  readonly #indexes: IndexCheck[];

  constructor(reader: EnvironmentReader, database: string, collection: CollectionVersion) {
    this.#reader = reader;
    this.#database = database;
    this.#collection = collection;
    this.#indexes = collection.indexes.map((index) => new IndexCheck(index, new StoredTree(index.tree, reader)));
  }

  get findings(): Finding[] {
    return this.#found.all();
  }

  /** Gives the number of documents of each block that it has looked at. */
  async *run(): AsyncGenerator<number> {
    let count = 0;
    const tree = new StoredTree(this.#collection.tree, this.#reader);
    for (const records of tree.blocks((problem) => this.#add('block', `documents: ${problem}`, false))) {
      for (const record of records) this.#document(record);
      count += records.length;
      yield records.length;
      await eventLoopTurn();
    }
    if (count !== this.#collection.count) {
      this.#add('count', `the counter says ${this.#collection.count} documents, there are ${count}`, true);
    }
    for (const index of this.#indexes) await this.#index(index);
  }

  #document({ key, value }: StoredRecord): void {
    const body = value.subarray(DOCUMENT_HEADER_BYTES);
    try {
      if (canonicalize(body, 0).end !== body.length) throw new Error('something stands behind its members');
    } catch (error) {
      this.#add('document', `document '${Buffer.from(key)}' cannot be read: ${(error as Error).message}`, false);
      return;
    }
    for (const check of this.#indexes) {
      const missing = check.missingOf(key, body);
      if (missing > 0) this.#addIndex(check.index, `an entry of document '${Buffer.from(key)}' is missing`);
    }
  }

  async #index({ index, tree, expected }: IndexCheck): Promise<void> {
    let entries = 0;
    for (const records of tree.blocks((problem) => this.#addIndex(index, problem))) {
      entries += records.length;
      await eventLoopTurn();
    }
    if (entries !== expected) this.#addIndex(index, `it has ${entries} entries, the documents have ${expected}`);
    if (entries !== index.entryCount)
      this.#addIndex(index, `its counter says ${index.entryCount}, it has ${entries} entries`);
  }

  #addIndex({ name }: IndexVersion, message: string): void {
    this.#found.add({
      ...this.#place(),
      kind: 'index',
      index: name,
      message: `index '${name}': ${message}`,
      isRepairable: true,
    });
  }

  #add(kind: Finding['kind'], message: string, isRepairable: boolean): void {
    this.#found.add({ ...this.#place(), kind, message, isRepairable });
  }

  #place(): { database: string; collection: string } {
    return { database: this.#database, collection: this.#collection.name };
  }
}

/** An index whose entries are looked for one document at a time, and counted. */
class IndexCheck {
  readonly index: IndexVersion;
  readonly tree: StoredTree;
  /** Entries that the documents seen so far must have. */
  expected = 0;

  constructor(index: IndexVersion, tree: StoredTree) {
    this.index = index;
    this.tree = tree;
  }

  /** How many of the document's entries are not there. */
  missingOf(key: Uint8Array, body: Uint8Array): number {
    const entries = entriesOf(body, this.index.paths, this.index.sparse);
    this.expected += entries.length;
    return entries.filter(({ fields }) => !this.tree.has(entryKey(fields, key))).length;
  }
}

/** Findings with a bound on how many of one kind are written out. */
class FindingList {
  readonly #shown: Finding[] = [];
  readonly #counts = new Map<string, { count: number; last: Finding }>();

  add(finding: Finding): void {
    const place = `${finding.kind}/${finding.index ?? ''}`;
    const known = this.#counts.get(place);
    const count = (known?.count ?? 0) + 1;
    this.#counts.set(place, { count, last: finding });
    if (count <= SHOWN_IN_ONE_PLACE) this.#shown.push(finding);
  }

  all(): Finding[] {
    const more = [...this.#counts.values()]
      .filter(({ count }) => count > SHOWN_IN_ONE_PLACE)
      .map(({ count, last }) => ({ ...last, message: `… and ${count - SHOWN_IN_ONE_PLACE} more of this kind` }));
    return [...this.#shown, ...more];
  }
}
