import type { BlockCursor, CollectionView, DocumentPosition } from '@cairn/storage/internal';

/** Hands out the places of documents until there are no more. */
export interface PositionCursor {
  next(): DocumentPosition | undefined;
}

/** No documents. */
export const noPositions: PositionCursor = { next: () => undefined };

/** The documents of a list of keys, in the list's order; keys without a document are passed over. */
export function positionsOfKeys(collection: CollectionView, keys: readonly string[]): PositionCursor {
  let index = 0;
  return {
    next() {
      while (index < keys.length) {
        const position = collection.get(keys[index++]);
        if (position !== undefined) return position;
      }
      return undefined;
    },
  };
}

export function positionsOfBlocks(cursor: BlockCursor): PositionCursor {
  let slice = cursor.next();
  let record = slice?.from ?? 0;
  return {
    next() {
      while (slice !== undefined && record >= slice.to) {
        slice = cursor.next();
        record = slice?.from ?? 0;
      }
      return slice === undefined ? undefined : { bytes: slice.bytes, record: record++ };
    },
  };
}
