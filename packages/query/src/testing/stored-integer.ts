import type { Value } from '@cairn/protocol/internal';
import fc from 'fast-check';

/** Every integer that can be stored: a bigint stands only for one outside ±(2^53 − 1). */
export const storedInteger: fc.Arbitrary<Value> = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n })
  .map((value) => (value > -(2n ** 53n) && value < 2n ** 53n ? Number(value) : value));
