import type { CollectionVersion, DatabaseVersion } from '../database/database-version.ts';
import type { ReadBlock } from '../tree/tree-overlay.ts';
import { CommittedCollection } from './committed-collection.ts';
import type { CollectionView, ReadView } from './read-view.ts';

/** What keeps a snapshot readable: an LMDB read transaction, shared by all who read that state. */
export interface SnapshotSource {
  readonly version: DatabaseVersion;
  readonly readBlock: ReadBlock;
  retain(): void;
  release(): void;
}

/** One committed state of a database. Cheap to take; `release` it, because it keeps old pages from being used again. */
export class Snapshot implements ReadView {
  readonly #source: SnapshotSource;
  readonly #views = new Map<string, CommittedCollection>();
  #released = false;

  constructor(source: SnapshotSource) {
    this.#source = source;
    source.retain();
  }

  get lsn(): number {
    return this.#source.version.lsn;
  }

  get catalogueVersion(): number {
    return this.#source.version.catalogueVersion;
  }

  get version(): DatabaseVersion {
    return this.#source.version;
  }

  get readBlock(): ReadBlock {
    return this.#source.readBlock;
  }

  collection(name: string): CollectionView | undefined {
    const known = this.#views.get(name);
    if (known !== undefined) return known;
    const version: CollectionVersion | undefined = this.#source.version.collections.get(name);
    if (version === undefined) return undefined;
    const view = new CommittedCollection(version, this.#source.readBlock);
    this.#views.set(name, view);
    return view;
  }

  collectionNames(): string[] {
    return [...this.#source.version.collections.keys()].sort();
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#source.release();
  }
}
