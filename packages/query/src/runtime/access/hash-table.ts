import type { Value } from '@cairn/protocol/internal';
import type { CollectionView, DocumentPosition } from '@cairn/storage/internal';
import { Account } from '../memory/account.ts';
import type { MemoryBudget } from '../memory/memory-budget.ts';
import { isRowError } from '../run-errors.ts';
import { type DocumentChains, HeldDocuments } from './document-chains.ts';
import { PlacedDocuments } from './placed-documents.ts';
import type { PositionCursor } from './position-cursor.ts';

/** Lookups that scan the collection before a table is built: fewer would not pay for it. */
const scansBeforeTable = 3;
/** Documents that go into the table between two looks at the clock. */
const documentsPerLook = 256;

/** What a table needs of its run. */
export interface TableHost {
  readonly memory: MemoryBudget;
  checkpoint(): unknown;
}

/** What is joined: the documents of a collection, and what they are looked up by. */
export interface TableSource {
  documents(): PositionCursor;
  /** Where the documents can be read again; undefined when the statement may change them meanwhile. */
  readonly collection: CollectionView | undefined;
  readonly field: (bytes: Uint8Array, record: number) => Value;
}

/**
 * Documents of a collection by the value of an expression over them, for joins without an index. The first lookups hand
 * out all documents (the filter above tests them); then one scan builds a table. It holds the documents' blocks as long
 * as the statement's budget lets it, else the documents' places alone.
 */
export class HashTable extends Account {
  readonly #source: TableSource;
  readonly #host: TableHost;
  #lookups = 0;
  #chains: DocumentChains | undefined;

  constructor(source: TableSource, host: TableHost) {
    super(host.memory);
    this.#source = source;
    this.#host = host;
  }

  /** The next lookup wants the table: a good moment for `build`, which can be done in pieces. */
  get wantsBuild(): boolean {
    return this.#chains === undefined && this.#lookups >= scansBeforeTable;
  }

  /** The documents whose field equals the value, in key order, and maybe others. */
  positions(value: Value): PositionCursor {
    if (this.#chains !== undefined) return this.#chains.positions(value);
    if (this.#lookups++ < scansBeforeTable) return this.#source.documents();
    for (const _ of this.build());
    return this.positions(value);
  }

  /** Reads the collection to its end, with stops; a document whose field fails matches nothing. */
  *build(): Generator<undefined> {
    let chains: DocumentChains = new HeldDocuments();
    const documents = this.#source.documents();
    const { collection } = this.#source;
    let count = 0;
    for (let position = documents.next(); position !== undefined; position = documents.next()) {
      if (++count % documentsPerLook === 0) {
        this.#host.checkpoint();
        yield;
      }
      const value = readField(position, this.#source.field);
      if (value === undefined) continue;
      this.kept += this.memory.keep(chains.add(value, position));
      if (!this.memory.isFull || collection === undefined) continue;
      if (chains instanceof HeldDocuments && this.isLarge) chains = this.#placed(chains, collection);
    }
    this.#chains = chains;
  }

  override close(): void {
    super.close();
    this.#chains = undefined;
  }

  /** Lets go of the blocks and keeps the places. */
  #placed(held: HeldDocuments, collection: CollectionView): PlacedDocuments {
    const placed = new PlacedDocuments(collection);
    let bytes = 0;
    for (const position of held.documents)
      bytes += placed.add(this.#source.field(position.bytes, position.record), position);
    this.release();
    this.kept += this.memory.keep(bytes);
    return placed;
  }
}

function readField(position: DocumentPosition, field: TableSource['field']): Value | undefined {
  try {
    return field(position.bytes, position.record);
  } catch (error) {
    if (isRowError(error)) return undefined;
    throw error;
  }
}
