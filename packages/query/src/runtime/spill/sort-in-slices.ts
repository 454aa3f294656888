/** Rows that are sorted in one go: some milliseconds. */
const CHUNK_ROWS = 8_192;
/** Rows that are merged between two looks at the clock. */
const MERGE_ROWS = 2_048;

type RowOrder<Row> = (left: Row, right: Row) => number;

/**
 * Sorts rows, stable, and stops now and then for a look at the clock. Chunks are sorted by JavaScript's own sort and
 * merged by pairs, which together takes as long as one sort of all.
 *
 * @returns the rows in order: the same array or another one, which then leaves the given one in disorder
 */
export function* sortInSlices<Row>(
  rows: Row[],
  order: RowOrder<Row>,
  look: () => unknown,
): Generator<undefined, Row[]> {
  const count = rows.length;
  if (count <= CHUNK_ROWS) return rows.sort(order);
  let source = new Array<Row>(count);
  for (let start = 0; start < count; start += CHUNK_ROWS) {
    copyTo(source, start, rows.slice(start, start + CHUNK_ROWS).sort(order));
    look();
    yield;
  }
  let target = rows;
  for (let width = CHUNK_ROWS; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const middle = Math.min(start + width, count);
      const pair = {
        source,
        target,
        left: start,
        middle,
        right: middle,
        end: Math.min(middle + width, count),
        at: start,
      };
      while (pair.at < pair.end) {
        mergeStretch(pair, order);
        look();
        yield;
      }
    }
    [source, target] = [target, source];
  }
  return source;
}

function copyTo<Row>(target: Row[], start: number, rows: readonly Row[]): void {
  for (let index = 0; index < rows.length; index++) target[start + index] = rows[index];
}

/** Two neighbouring stretches in order, how far each is used up, and how far the same places of `target` are filled. */
interface Pair<Row> {
  readonly source: readonly Row[];
  readonly target: Row[];
  left: number;
  readonly middle: number;
  right: number;
  readonly end: number;
  at: number;
}

/** Merges some rows more. A plain function, not a part of the generator: the compiler makes it twice as fast. */
function mergeStretch<Row>(pair: Pair<Row>, order: RowOrder<Row>): void {
  const { source, target, middle, end } = pair;
  let { left, right, at } = pair;
  const stop = Math.min(at + MERGE_ROWS, end);
  while (at < stop && left < middle && right < end) {
    target[at++] = order(source[left], source[right]) <= 0 ? source[left++] : source[right++];
  }
  if (left === middle) while (at < stop) target[at++] = source[right++];
  else if (right === end) while (at < stop) target[at++] = source[left++];
  pair.left = left;
  pair.right = right;
  pair.at = at;
}
