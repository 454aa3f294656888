import { FunctionLimitError } from '../function-error.ts';
import { FUNCTION_LIMITS } from '../limits.ts';

/** Refuses a result that would be longer than a text may be, before it is made. */
export function checkTextLength(functionName: string, codeUnits: number): void {
  const limit = FUNCTION_LIMITS.textLengthMax;
  if (codeUnits > limit) throw new FunctionLimitError(functionName, `the result would be longer than ${limit}`, limit);
}
