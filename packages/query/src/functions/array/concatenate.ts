import type { Value } from '@cairn/protocol/internal';
import { FunctionLimitError } from '../function-error.ts';
import { FUNCTION_LIMITS } from '../limits.ts';

/** The error of a function whose result would be too long an array. */
export function tooManyElements(functionName: string): FunctionLimitError {
  const limit = FUNCTION_LIMITS.arrayElementsMax;
  return new FunctionLimitError(functionName, `the result would have more than ${limit} elements`, limit);
}

/** The elements of all arrays in one, unless those are too many. */
export function concatenate(functionName: string, arrays: readonly (readonly Value[])[]): Value[] {
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  if (length > FUNCTION_LIMITS.arrayElementsMax) throw tooManyElements(functionName);
  return arrays.flat(1) as Value[];
}
