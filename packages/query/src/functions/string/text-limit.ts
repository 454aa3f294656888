import type { Value } from '@cairn/protocol/internal';
import { FunctionLimitError } from '../function-error.ts';
import { FUNCTION_LIMITS } from '../limits.ts';
import { fitsInText } from '../value-size.ts';

/** Refuses a result that would be longer than a text may be, before it is made. */
export function checkTextLength(functionName: string, codeUnits: number): void {
  const limit = FUNCTION_LIMITS.textLengthMax;
  if (codeUnits > limit) throw new FunctionLimitError(functionName, `the result would be longer than ${limit}`, limit);
}

/** Refuses to write out a value whose text would be longer than a text may be. */
export function checkWrittenLength(functionName: string, value: Value): void {
  const limit = FUNCTION_LIMITS.textLengthMax;
  if (!fitsInText(value, limit)) {
    throw new FunctionLimitError(functionName, `the value written out would be longer than ${limit}`, limit);
  }
}
