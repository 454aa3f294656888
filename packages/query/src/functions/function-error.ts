import { CairnError } from '@cairn/protocol/internal';

/** A call that a function refuses: wrong count or type of arguments, or a value outside its domain. */
export class FunctionError extends CairnError {
  override readonly name = 'FunctionError';

  /** @param functionName upper case, the first word of the message */
  constructor(functionName: string, message: string) {
    super('invalid_argument', `${functionName}: ${message}`, { details: { function: functionName } });
  }
}

/** A result that would be larger than a function may make it. */
export class FunctionLimitError extends CairnError {
  override readonly name = 'FunctionLimitError';

  constructor(functionName: string, message: string, limit: number) {
    super('limit_exceeded', `${functionName}: ${message}`, { details: { function: functionName, limit } });
  }
}
