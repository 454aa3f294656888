import { typeRank } from './type-rank.ts';
import type { Value, ValueObject } from './value.ts';
import { WalkBudget } from './walk-budget.ts';

/** One for all: a comparison does not begin inside another. */
const walk = new WalkBudget();

/**
 * The one total order of values: null < false < true < numbers < strings < dates < bytes < arrays < objects.
 *
 * Numbers by value, exactly, whether `number` or `bigint`; strings by code point; bytes by byte; arrays element by
 * element, the shorter first when it begins the longer. An object counts as the sequence name, value, name, value … of
 * its members in order of their names, so the order in which they were written does not matter.
 *
 * @returns a negative number, 0 or a positive number
 * @throws ValueLimitError for values that are too large or too deep to be walked
 */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return utf8Compare(a, b);
  if (a === b) return 0;
  const rank = typeRank(a);
  const difference = rank - typeRank(b);
  if (difference !== 0 || rank < 7) return difference || compareScalars(a, b, rank);
  walk.begin();
  const order = compareSameRank(a, b, rank, 1);
  walk.end();
  return order;
}

function compareParts(a: Value, b: Value, depth: number): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return utf8Compare(a, b);
  if (a === b) return 0;
  const rank = typeRank(a);
  return rank - typeRank(b) || compareSameRank(a, b, rank, depth);
}

function compareSameRank(a: Value, b: Value, rank: number, depth: number): number {
  if (rank === 7) return compareArrays(a as Value[], b as Value[], depth);
  return rank === 8 ? compareObjects(a as ValueObject, b as ValueObject, depth) : compareScalars(a, b, rank);
}

/** Compares two values of one rank that have no elements. */
function compareScalars(a: Value, b: Value, rank: number): number {
  switch (rank) {
    case 3:
      // Mixed number and bigint: JavaScript compares them by mathematical value.
      return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
    case 5:
      return Math.sign((a as Date).getTime() - (b as Date).getTime());
    case 6:
      return Buffer.compare(a as Uint8Array, b as Uint8Array);
    default:
      return 0;
  }
}

function compareArrays(a: Value[], b: Value[], depth: number): number {
  const shared = Math.min(a.length, b.length);
  walk.enter(shared, depth);
  for (let i = 0; i < shared; i++) {
    const order = compareParts(a[i], b[i], depth + 1);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareObjects(a: ValueObject, b: ValueObject, depth: number): number {
  const left = Object.keys(a).sort(utf8Compare);
  const right = Object.keys(b).sort(utf8Compare);
  const shared = Math.min(left.length, right.length);
  walk.enter(shared, depth);
  for (let i = 0; i < shared; i++) {
    const order = utf8Compare(left[i], right[i]) || compareParts(a[left[i]], b[right[i]], depth + 1);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/**
 * Compares strings by code point, which is the order of their UTF-8 bytes. (JavaScript's own `<` compares UTF-16
 * units, and so puts U+FFFD after U+1F600.)
 */
export function utf8Compare(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return x >= 0xd800 && y >= 0xd800 ? aboveBasicPlane(x) - aboveBasicPlane(y) : x - y;
  }
  return a.length - b.length;
}

/** Moves surrogates behind U+E000…U+FFFF, where the code points that they stand for belong. */
function aboveBasicPlane(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
