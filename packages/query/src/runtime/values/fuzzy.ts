import type { Value } from '@cairn/protocol/internal';
import { EXPRESSION_LIMITS } from './limits.ts';

/** `a ~= b`: whether at most two characters inserted, left out or exchanged make one text the other. What is no text counts as ''. */
export function isAlike(a: Value, b: Value): boolean {
  const left = typeof a === 'string' ? a : '';
  const right = typeof b === 'string' ? b : '';
  return left === right || withinDistance(Array.from(left), Array.from(right), EXPRESSION_LIMITS.fuzzyDistanceMax);
}

/** Levenshtein's distance in characters, computed in a band around the diagonal: time linear in the length. */
function withinDistance(a: readonly string[], b: readonly string[], most: number): boolean {
  if (Math.abs(a.length - b.length) > most) return false;
  const beyond = most + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, column) => Math.min(column, beyond));
  for (let row = 1; row <= a.length; row++) {
    const current = new Array<number>(b.length + 1).fill(beyond);
    if (row <= most) current[0] = row;
    let best = current[0];
    for (let column = Math.max(1, row - most); column <= Math.min(b.length, row + most); column++) {
      const replaced = previous[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1);
      current[column] = Math.min(replaced, previous[column] + 1, current[column - 1] + 1, beyond);
      best = Math.min(best, current[column]);
    }
    if (best > most) return false;
    previous = current;
  }
  return previous[b.length] <= most;
}
