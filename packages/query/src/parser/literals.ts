/** The greatest integer that can be written: 2^63 - 1. */
const INTEGER_MAX = 2n ** 63n - 1n;

/** The value of a number's text; `undefined` when it is out of range. Integers beyond 2^53 are bigints. */
export function readNumber(image: string): number | bigint | undefined {
  const value = Number(image);
  if (image.includes('.')) return Number.isFinite(value) ? value : undefined;
  if (Number.isSafeInteger(value)) return value;
  const integer = BigInt(image);
  return integer <= INTEGER_MAX ? integer : undefined;
}
