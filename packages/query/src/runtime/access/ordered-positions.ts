import { CairnError, type Value } from '@cairn/protocol/internal';
import type { CollectionView, IndexCursor, IndexView } from '@cairn/storage/internal';
import type { AccessHost } from './access-host.ts';
import { fieldValue } from './field-value.ts';
import type { PositionCursor } from './position-cursor.ts';

/**
 * All documents in the order of an index on one field. Descending order goes from value to value backward and through
 * the documents of one value forward, so that ties stay in key order.
 */
export function orderedPositions(
  collection: CollectionView,
  name: string,
  descending: boolean,
  host: AccessHost,
): PositionCursor {
  const index = collection.indexes.find((candidate) => candidate.name === name);
  if (index === undefined) throw new CairnError('not_found', `Index '${name}' not found`);
  const keys = descending ? descendingKeys(collection, index) : index.scan({ equal: [] }, 'forward');
  let count = 0;
  return {
    next() {
      if (++count % 256 === 0) host.checkpoint();
      const key = keys.next();
      return key === undefined ? undefined : collection.get(key);
    },
  };
}

function descendingKeys(collection: CollectionView, index: IndexView): IndexCursor {
  let below: { value: Value; inclusive: boolean } | undefined;
  let group: IndexCursor | undefined;
  return {
    next() {
      for (;;) {
        const key = group?.next();
        if (key !== undefined) return key;
        const last = index.scan({ equal: [], upper: below }, 'backward').next();
        const position = last === undefined ? undefined : collection.get(last);
        if (position === undefined) return undefined;
        const value = fieldValue(position, index.fields[0]);
        group = index.scan({ equal: [value] }, 'forward');
        below = { value, inclusive: false };
      }
    },
  };
}
