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
 * (E. Ukkonen, "Algorithms for approximate string matching", 1985), so its cost grows with the length times `max`.
 *
 * @example isWithinEditDistance('database', 'databse', 1) // true
 */
export function isWithinEditDistance(left: string, right: string, max: number): boolean {
  if (max < 0) return false;
  if (left === right) return true;
  // A code point has at most two UTF-16 units, so this much is known without counting.
  if (max === 0 || Math.abs(left.length - right.length) > 2 * max) return false;
  const rows = [...left];
  const columns = [...right];
  if (Math.abs(rows.length - columns.length) > max) return false;
  const outside = max + 1;
  let previous = Array.from({ length: columns.length + 1 }, (_, column) => Math.min(column, outside));
  for (let row = 1; row <= rows.length; row++) {
    const current: number[] = new Array(columns.length + 1).fill(outside);
    current[0] = Math.min(row, outside);
    let least = current[0];
    for (let column = Math.max(1, row - max); column <= Math.min(columns.length, row + max); column++) {
      const replaced = previous[column - 1] + (rows[row - 1] === columns[column - 1] ? 0 : 1);
      current[column] = Math.min(previous[column] + 1, current[column - 1] + 1, replaced);
      least = Math.min(least, current[column]);
    }
    if (least > max) return false;
    previous = current;
  }
  return previous[columns.length] <= max;
}
