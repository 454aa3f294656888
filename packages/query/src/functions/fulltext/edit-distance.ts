/**
 * Whether one word becomes the other by at most `max` insertions, deletions and replacements of code points. Fills only
 * the band of the distance matrix that can still answer yes (E. Ukkonen, "Algorithms for approximate string
 * matching", 1985), so its cost grows with the length of the words times `max`.
 *
 * @example isWithinEditDistance('database', 'databse', 1) // true
 */
export function isWithinEditDistance(left: string, right: string, max: number): boolean {
  if (left === right) return true;
  const rows = [...left];
  const columns = [...right];
  if (max < 1 || Math.abs(rows.length - columns.length) > max) return false;
  const outside = max + 1;
  // previous[c] is the distance of the first r letters of `rows` and the first c of `columns`.
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
