import { compareValues, type Value } from '@cairn/protocol/internal';
import type { CollectionView, IndexCursor, IndexRange, IndexView } from '@cairn/storage/internal';
import { ValueSet } from '../../functions/value-set.ts';
import { RUN_TUNING } from '../limits.ts';
import { type AccessHost, type BoundValue, membershipValues } from './access-host.ts';
import { fetchesMax } from './fetch-limit.ts';
import { fieldValue } from './field-value.ts';
import { noPositions, type PositionCursor, positionsOfBlocks, positionsOfKeys } from './position-cursor.ts';

/** What generated code asks of an index: see `IndexOperator`. */
export interface IndexLookup {
  readonly equal: readonly Value[];
  readonly within: Value | undefined;
  readonly lower: BoundValue | undefined;
  readonly upper: BoundValue | undefined;
}

/**
 * The documents of an index lookup in key order. Entries with one value in all fields are in key order already, a few
 * distinct values are merged as streams, and other keys are collected and sorted. Where so many documents are found that
 * reading blocks is cheaper, a scan takes over from the last key on; the filter above tests its rows.
 */
export function indexPositions(
  collection: CollectionView,
  name: string,
  lookup: IndexLookup,
  host: AccessHost,
): PositionCursor {
  const index = collection.indexes.find((candidate) => candidate.name === name);
  if (index === undefined) return positionsOfBlocks(collection.blocks());
  const { equal } = lookup;
  if (lookup.within !== undefined) return withinPositions(collection, index, lookup, host);
  const range: IndexRange = { equal: [...equal], lower: lookup.lower, upper: lookup.upper };
  if (lookup.lower === undefined && lookup.upper === undefined) {
    if (equal.length === index.fields.length) return fetchThenScan(collection, index.scan(range, 'forward'));
    return collected(collection, index, [range], host);
  }
  // Values too long for their entries do not stand in their order, so they cannot be stepped through.
  if (index.exact && equal.length + 1 === index.fields.length) {
    const streams = distinctStreams(collection, index, range);
    if (streams !== undefined) return fetchThenScan(collection, mergeStreams(streams));
  }
  return collected(collection, index, [range], host);
}

/** The ranges of entries that a lookup asks for: one, or one for each different value of `within`. */
export function lookupRanges({ equal, within, lower, upper }: IndexLookup): IndexRange[] {
  if (within === undefined) return [{ equal: [...equal], lower, upper }];
  const seen = new ValueSet();
  const ranges: IndexRange[] = [];
  for (const value of membershipValues(within)) if (seen.add(value)) ranges.push({ equal: [...equal, value] });
  return ranges;
}

function withinPositions(
  collection: CollectionView,
  index: IndexView,
  lookup: IndexLookup,
  host: AccessHost,
): PositionCursor {
  const ranges = lookupRanges(lookup);
  const whole = lookup.equal.length + 1 === index.fields.length;
  if (!whole || ranges.length > RUN_TUNING.streamsMax) return collected(collection, index, ranges, host);
  const streams = ranges.map((range) => index.scan(range, 'forward'));
  return fetchThenScan(collection, mergeStreams(streams));
}

/** The documents of ascending keys: fetched one by one, then, if there are too many, by a scan behind the last key. */
function fetchThenScan(collection: CollectionView, keys: IndexCursor): PositionCursor {
  let fetches = fetchesMax(collection.approximateCount);
  let rest: PositionCursor | undefined;
  let last: string | undefined;
  return {
    next() {
      if (rest !== undefined) return rest.next();
      while (fetches-- > 0) {
        const key = keys.next();
        if (key === undefined) {
          rest = noPositions;
          return undefined;
        }
        last = key;
        const position = collection.get(key);
        if (position !== undefined) return position;
      }
      rest = positionsOfBlocks(
        collection.blocks(last === undefined ? undefined : { lower: last, lowerInclusive: false }),
      );
      return rest.next();
    },
  };
}

/** One stream for each distinct value in the range, or undefined when there are too many of them. */
function distinctStreams(collection: CollectionView, index: IndexView, range: IndexRange): IndexCursor[] | undefined {
  const field = index.fields[range.equal.length];
  const streams: IndexCursor[] = [];
  let lower = range.lower;
  for (;;) {
    const key = index.scan({ ...range, lower }, 'forward').next();
    if (key === undefined) return streams;
    if (streams.length === RUN_TUNING.streamsMax) return undefined;
    const position = collection.get(key);
    if (position === undefined) return undefined;
    const value = fieldValue(position, field);
    streams.push(index.scan({ equal: [...range.equal, value] }, 'forward'));
    lower = { value, inclusive: false };
  }
}

/** Streams of ascending keys as one. */
function mergeStreams(streams: readonly IndexCursor[]): IndexCursor {
  if (streams.length === 1) return streams[0];
  const heads: (string | undefined)[] = streams.map((stream) => stream.next());
  return {
    next() {
      let first = -1;
      for (let at = 0; at < heads.length; at++) {
        const head = heads[at];
        if (head !== undefined && (first === -1 || compareValues(head, heads[first]!) < 0)) first = at;
      }
      if (first === -1) return undefined;
      const key = heads[first];
      heads[first] = streams[first].next();
      return key;
    },
  };
}

/** Collects the keys and sorts them, or scans when there are so many that fetching each would cost more. */
function collected(
  collection: CollectionView,
  index: IndexView,
  ranges: readonly IndexRange[],
  host: AccessHost,
): PositionCursor {
  const most = fetchesMax(collection.approximateCount);
  const keys: string[] = [];
  for (const range of ranges) {
    const cursor = index.scan(range, 'forward');
    for (let key = cursor.next(); key !== undefined; key = cursor.next()) {
      if (keys.length >= most) return positionsOfBlocks(collection.blocks());
      if (keys.push(key) % 256 === 0) host.checkpoint();
    }
  }
  keys.sort(compareValues);
  return positionsOfKeys(collection, keys);
}
