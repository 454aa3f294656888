/** Edits within which FUZZY_MATCH and the operator `~=` take two texts for one. */
export const FUZZY_DISTANCE = 2;

/** Rows between two calls of a long computation's checkpoint. */
const ROWS_PER_CHECKPOINT = 64;

/**
 * How many insertions, deletions and replacements of code points make one text the other (V. Levenshtein, 1965).
 *
 * @param checkpoint called now and then; may throw to end the work
 */
export function editDistance(left: string, right: string, checkpoint?: () => void): number {
  const rows = [...left];
  const columns = [...right];
  // One row of the matrix: distances of the first letters of `left` so far to each beginning of `right`.
  const distances = Uint32Array.from({ length: columns.length + 1 }, (_, column) => column);
  for (let row = 1; row <= rows.length; row++) {
    if (row % ROWS_PER_CHECKPOINT === 0) checkpoint?.();
    let diagonal = distances[0];
    distances[0] = row;
    for (let column = 1; column <= columns.length; column++) {
      const replaced = diagonal + (rows[row - 1] === columns[column - 1] ? 0 : 1);
      diagonal = distances[column];
      distances[column] = Math.min(diagonal + 1, distances[column - 1] + 1, replaced);
    }
  }
  return distances[columns.length];
}

/**
 * Whether two texts are at most `max` edits apart. Fills only the band of the matrix that can still answer yes
 * (E. Ukkonen, "Algorithms for approximate string matching", 1985): time grows with the length times `max`, memory
 * beside the letters with `max`.
 *
 * @param checkpoint called now and then; may throw to end the work
 * @example isWithinEditDistance('database', 'databse', 1) // true
 */
export function isWithinEditDistance(left: string, right: string, max: number, checkpoint?: () => void): boolean {
  if (max < 0) return false;
  if (left === right) return true;
  // A code point has at most two UTF-16 units, so this much is known without counting.
  if (max === 0 || Math.abs(left.length - right.length) > 2 * max) return false;
  const rows = [...left];
  const columns = [...right];
  if (Math.max(rows.length, columns.length) <= max) return true;
  return Math.abs(rows.length - columns.length) <= max && isWithinBand(rows, columns, max, checkpoint);
}

/** `band[max + d]` is the distance of the first `row` letters of `rows` to the first `row + d` of `columns`. */
function isWithinBand(
  rows: readonly string[],
  columns: readonly string[],
  max: number,
  checkpoint: (() => void) | undefined,
): boolean {
  const outside = max + 1;
  const width = 2 * max + 1;
  let previous = Uint32Array.from({ length: width }, (_, place) => (place < max ? outside : place - max));
  let band = new Uint32Array(width);
  for (let row = 1; row <= rows.length; row++) {
    if (row % ROWS_PER_CHECKPOINT === 0) checkpoint?.();
    let least = outside;
    for (let place = 0; place < width; place++) {
      const column = row + place - max;
      let distance = outside;
      if (column >= 0 && column <= columns.length) {
        if (column > 0) distance = previous[place] + (rows[row - 1] === columns[column - 1] ? 0 : 1);
        if (place + 1 < width) distance = Math.min(distance, previous[place + 1] + 1);
        if (place > 0) distance = Math.min(distance, band[place - 1] + 1);
      }
      band[place] = Math.min(distance, outside);
      least = Math.min(least, band[place]);
    }
    if (least > max) return false;
    [previous, band] = [band, previous];
  }
  return previous[max + columns.length - rows.length] <= max;
}
