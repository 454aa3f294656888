/** Rows that are sorted in one go: some milliseconds. */
const CHUNK_ROWS = 8_192;
/** Rows that are merged between two looks at the clock. */
const MERGE_ROWS = 2_048;

/**
 * Sorts rows, stable, and stops now and then for a look at the clock. Chunks are sorted by JavaScript's own sort and
 * merged by pairs.
 *
 * @returns the rows in order: the same array or another one, which then leaves the given one in disorder
 */
export function* sortInSlices<Row>(
  rows: Row[],
  order: (left: Row, right: Row) => number,
  look: () => unknown,
): Generator<undefined, Row[]> {
  if (rows.length <= CHUNK_ROWS) return rows.sort(order);
  let source: Row[] = [];
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    for (const row of rows.slice(start, start + CHUNK_ROWS).sort(order)) source.push(row);
    look();
    yield;
  }
  let target = rows;
  for (let width = CHUNK_ROWS; width < source.length; width *= 2) {
    for (let start = 0; start < source.length; start += 2 * width) {
      const middle = Math.min(start + width, source.length);
      const end = Math.min(middle + width, source.length);
      yield* mergePair({ source, target, start, middle, end }, order, look);
    }
    [source, target] = [target, source];
  }
  return source;
}

/** Two neighbouring stretches in order, and where they go: the same places of another array. */
interface Pair<Row> {
  readonly source: readonly Row[];
  readonly target: Row[];
  readonly start: number;
  readonly middle: number;
  readonly end: number;
}

function* mergePair<Row>(
  { source, target, start, middle, end }: Pair<Row>,
  order: (left: Row, right: Row) => number,
  look: () => unknown,
): Generator<undefined> {
  let left = start;
  let right = middle;
  for (let at = start; at < end; ) {
    const stop = Math.min(at + MERGE_ROWS, end);
    for (; at < stop; at++) {
      const takesLeft = right >= end || (left < middle && order(source[left], source[right]) <= 0);
      target[at] = takesLeft ? source[left++] : source[right++];
    }
    look();
    yield;
  }
}
