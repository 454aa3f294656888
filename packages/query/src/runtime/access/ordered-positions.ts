import { CairnError, type Value } from '@cairn/protocol/internal';
import type { CollectionView, IndexBound, IndexCursor, IndexRange, IndexView } from '@cairn/storage/internal';
import type { AccessHost } from './access-host.ts';
import { fieldValue } from './field-value.ts';
import type { IndexLookup } from './index-positions.ts';
import type { PositionCursor } from './position-cursor.ts';

/**
 * The documents of an index lookup in the order of the fields behind `equal`. Descending order goes from value to value
 * backward and through the documents of one value forward, so that ties stay in key order.
 */
export function orderedPositions(
  collection: CollectionView,
  name: string,
  { equal, lower, upper }: IndexLookup,
  options: { readonly descending: boolean; readonly host: AccessHost },
): PositionCursor {
  const index = collection.indexes.find((candidate) => candidate.name === name);
  if (index === undefined) throw new CairnError('not_found', `Index '${name}' not found`);
  const range: IndexRange = { equal: [...equal], lower, upper };
  const keys = options.descending ? descendingKeys(collection, index, range) : index.scan(range, 'forward');
  let count = 0;
  return {
    next() {
      if (++count % 256 === 0) options.host.checkpoint();
      const key = keys.next();
      return key === undefined ? undefined : collection.get(key);
    },
  };
}

function descendingKeys(collection: CollectionView, index: IndexView, range: IndexRange): IndexCursor {
  const field = index.fields[range.equal.length];
  let upper: IndexBound | undefined = range.upper;
  let group: IndexCursor | undefined;
  return {
    next() {
      for (;;) {
        const key = group?.next();
        if (key !== undefined) return key;
        const last = index.scan({ ...range, upper }, 'backward').next();
        const position = last === undefined ? undefined : collection.get(last);
        if (position === undefined) return undefined;
        const value: Value = fieldValue(position, field);
        group = index.scan({ equal: [...range.equal, value] }, 'forward');
        upper = { value, inclusive: false };
      }
    },
  };
}
