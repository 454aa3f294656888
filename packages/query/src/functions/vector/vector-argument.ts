import type { Value } from '@cairn/protocol/internal';
import { FunctionError } from '../function-error.ts';
import { describeValue } from '../signature.ts';

/** The numbers of an array, or undefined when one element is something else. */
export function readVector(value: Value | undefined): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const isVector = value.every((component) => typeof component === 'number' || typeof component === 'bigint');
  return isVector ? value.map(Number) : undefined;
}

/** An argument as a vector; an error of the function for an array with anything but numbers. */
export function vectorArgument(functionName: string, position: number, values: readonly Value[]): number[] {
  const vector = readVector(values as Value[]);
  if (vector !== undefined) return vector;
  const odd = values.find((component) => typeof component !== 'number' && typeof component !== 'bigint');
  throw new FunctionError(
    functionName,
    `argument ${position} (vector) must be an array of numbers, got one with ${describeValue(odd)}`,
  );
}

/** Two arguments as vectors of one length. */
export function vectorPair(
  functionName: string,
  left: readonly Value[],
  right: readonly Value[],
): [number[], number[]] {
  if (left.length !== right.length) {
    throw new FunctionError(functionName, `the vectors must have one length, got ${left.length} and ${right.length}`);
  }
  return [vectorArgument(functionName, 1, left), vectorArgument(functionName, 2, right)];
}
