import { CairnError } from '@cairn/protocol/internal';
import type { Database, IndexDefinition, IndexView, ReadView } from '@cairn/storage/internal';

/** Collections of this type hold edges. */
const EDGE_TYPE = 'edge';

/**
 * The indexes by which a walk finds the edges of a vertex. Every collection of edges has them from its first moment on; they
 * are part of what such a collection is, so they are neither listed nor dropped, dumped nor restored.
 */
const ADJACENCY_INDEXES: readonly IndexDefinition[] = [
  { name: '_from', fields: ['_from'] },
  { name: '_to', fields: ['_to'] },
];

export function isAdjacencyIndex(collectionType: string, index: { readonly name: string }): boolean {
  return collectionType === EDGE_TYPE && ADJACENCY_INDEXES.some(({ name }) => name === index.name);
}

/** The indexes that users made. */
export function listedIndexes(collection: {
  readonly type: string;
  readonly indexes: readonly IndexView[];
}): readonly IndexView[] {
  return collection.indexes.filter((index) => !isAdjacencyIndex(collection.type, index));
}

/** Makes the adjacency indexes that a collection of edges lacks; does nothing for other collections. */
export async function ensureAdjacencyIndexes(database: Database, name: string): Promise<void> {
  for (const definition of database.read((view) => missingIndexes(view, name))) {
    try {
      await database.createIndex(name, definition);
    } catch (error) {
      // Somebody else has made the index meanwhile, or dropped the collection.
      if (!(error instanceof CairnError) || !['already_exists', 'not_found'].includes(error.code)) throw error;
    }
  }
}

/** For a database that was written before there were such indexes: makes them while walks still scan. */
export async function adoptEdgeCollections(database: Database): Promise<void> {
  for (const name of database.read((view) => view.collectionNames())) await ensureAdjacencyIndexes(database, name);
}

/** The adjacency indexes that a collection of edges should have and has not. */
export function missingIndexes(view: ReadView, name: string): readonly IndexDefinition[] {
  const collection = view.collection(name);
  if (collection?.type !== EDGE_TYPE) return [];
  const { indexes } = collection;
  return ADJACENCY_INDEXES.filter((wanted) => !indexes.some((index) => index.name === wanted.name));
}
