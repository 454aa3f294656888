import { compareValues } from '@cairn/protocol/internal';
import type { CollectionView } from '@cairn/storage/internal';
import type { AccessHost } from './access-host.ts';
import { fetchesMax } from './fetch-limit.ts';
import { type IndexLookup, lookupRanges } from './index-positions.ts';
import { type PositionCursor, positionsOfBlocks, positionsOfKeys } from './position-cursor.ts';

/**
 * The documents that any of several index lookups finds, each once, in key order; all documents where so many are found
 * that reading blocks is cheaper (the filter above tests them).
 */
export function unionPositions(
  collection: CollectionView,
  lookups: readonly (IndexLookup & { readonly index: string })[],
  host: AccessHost,
): PositionCursor {
  const most = fetchesMax(collection.approximateCount);
  const keys = new Set<string>();
  for (const lookup of lookups) {
    const index = collection.indexes.find((candidate) => candidate.name === lookup.index);
    if (index === undefined) return positionsOfBlocks(collection.blocks());
    for (const range of lookupRanges(lookup)) {
      const cursor = index.scan(range, 'forward');
      for (let key = cursor.next(); key !== undefined; key = cursor.next()) {
        if (keys.size >= most) return positionsOfBlocks(collection.blocks());
        if (keys.add(key).size % 256 === 0) host.checkpoint();
      }
    }
  }
  return positionsOfKeys(collection, [...keys].sort(compareValues));
}
