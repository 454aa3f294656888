import { LIMITS, nestedTooDeep, reportWalk, type Value } from '@cairn/protocol/internal';

/**
 * Whether a value, written out, stays within a number of characters, roughly counted. A value that holds one array
 * twice, that array another twice and so on is small in memory and endless on paper: whoever writes values out or
 * compares them by their text asks this first. Takes no longer than the limit.
 * @throws ValueLimitError for a value nested too deep for any walk
 */
export function fitsInText(value: Value, charactersMax: number): boolean {
  const left = remaining(value, charactersMax, 1);
  reportWalk(charactersMax - Math.max(left, 0));
  return left >= 0;
}

/** What is left of `room` after the value; below 0 as soon as it does not fit. */
function remaining(value: Value, room: number, depth: number): number {
  if (typeof value === 'string') return room - value.length - 2;
  if (typeof value !== 'object' || value === null) return room - 1;
  if (value instanceof Date) return room - 26;
  if (value instanceof Uint8Array) return room - value.length;
  if (depth > LIMITS.computedNestingMaxDepth) throw nestedTooDeep();
  let left = room - 2;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && left >= 0; index++) left = remaining(value[index], left - 1, depth + 1);
    return left;
  }
  for (const name of Object.keys(value)) {
    if (left < 0) break;
    left = remaining(value[name], left - name.length - 4, depth + 1);
  }
  return left;
}
