import { CairnError } from '@cairn/protocol/internal';
import { recordEnd, recordKeyEnd, recordKeyStart } from '../../block/layout.ts';
import type { IndexVersion } from '../../database/database-version.ts';
import { recordBody } from '../../document/record.ts';
import { INDEX_FIELDS_MAX, type IndexDefinition, parsePath } from '../../indexes/definition.ts';
import { EntrySorter } from '../../indexes/entry-sorter.ts';
import { TreeVersion } from '../../tree/tree-version.ts';
import type { WorkingCollection } from './working-collection.ts';

/** An index as it is defined, without entries. @throws CairnError `invalid_argument` */
export function emptyIndex(definition: IndexDefinition, treeId: number): IndexVersion {
  if (definition.fields.length === 0 || definition.fields.length > INDEX_FIELDS_MAX) {
    throw new CairnError(
      'invalid_argument',
      `an index has 1 to ${INDEX_FIELDS_MAX} fields, not ${definition.fields.length}`,
    );
  }
  return {
    name: definition.name,
    fields: [...definition.fields],
    paths: definition.fields.map(parsePath),
    unique: definition.unique ?? false,
    sparse: definition.sparse ?? false,
    type: definition.type ?? 'persistent',
    options: definition.options ?? null,
    exact: true,
    entryCount: 0,
    tree: new TreeVersion(treeId, []),
  };
}

/** Takes the entries of all documents into an index of the collection that has none. @throws CairnError `unique_violation` */
export function fillIndex(collection: WorkingCollection, position: number): void {
  const index = collection.indexes[position];
  const sorter = new EntrySorter();
  let exact = true;
  const documents = collection.blocks();
  for (let slice = documents.next(); slice !== undefined; slice = documents.next()) {
    for (let record = slice.from; record < slice.to; record++) {
      const body = slice.bytes.subarray(recordBody(slice.bytes, record), recordEnd(slice.bytes, record));
      const key = slice.bytes.subarray(recordKeyStart(slice.bytes, record), recordKeyEnd(slice.bytes, record));
      for (const entry of index.entries(body)) {
        sorter.add(entry.fields, key, entry.hasNull);
        exact &&= entry.exact;
      }
    }
  }
  index.fill(sorter, { exact, collection: collection.name });
}

/** The documents of a collection, counted one by one. */
export function countDocuments(collection: WorkingCollection): number {
  const blocks = collection.blocks();
  let count = 0;
  for (let slice = blocks.next(); slice !== undefined; slice = blocks.next()) count += slice.to - slice.from;
  return count;
}
