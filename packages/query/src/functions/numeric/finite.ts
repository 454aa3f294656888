import { FunctionError } from '../function-error.ts';

/** A result that can be stored: -0 becomes 0, NaN and the infinities are an error of the function. */
export function finite(functionName: string, result: number): number {
  if (Number.isFinite(result)) return result + 0;
  throw new FunctionError(
    functionName,
    Number.isNaN(result) ? 'the result is no number' : 'the result is out of range',
  );
}
