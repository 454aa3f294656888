import type { Value } from '@cairn/protocol/internal';
import { EXPRESSION_LIMITS } from './limits.ts';

/** `a ~= b`: whether at most two characters inserted, left out or exchanged make one text the other. What is no text counts as ''. */
export function isAlike(a: Value, b: Value): boolean {
  const left = typeof a === 'string' ? a : '';
  const right = typeof b === 'string' ? b : '';
  return left === right || withinDistance(Array.from(left), Array.from(right), EXPRESSION_LIMITS.fuzzyDistanceMax);
}

/**
 * Levenshtein's distance in characters, computed in a band around the diagonal: time and memory linear in the length.
 * `row[most + d]` is the distance of the first `i` characters of `a` to the first `i + d` of `b`.
 */
function withinDistance(a: readonly string[], b: readonly string[], most: number): boolean {
  if (Math.abs(a.length - b.length) > most) return false;
  const width = 2 * most + 1;
  const beyond = most + 1;
  let previous = Array.from({ length: width }, (_, place) => (place < most ? beyond : place - most));
  for (let i = 1; i <= a.length; i++) {
    const row = new Array<number>(width).fill(beyond);
    for (let place = 0; place < width; place++) {
      const j = i + place - most;
      if (j < 0 || j > b.length) continue;
      const replaced = j === 0 ? beyond : previous[place] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const removed = place + 1 < width ? previous[place + 1] + 1 : beyond;
      const inserted = place > 0 ? row[place - 1] + 1 : beyond;
      row[place] = Math.min(replaced, removed, inserted, beyond);
    }
    if (Math.min(...row) > most) return false;
    previous = row;
  }
  return previous[most + b.length - a.length] <= most;
}
