import { CairnError } from '../error.ts';

/** A value that is too large or too deep for what is asked of it, whatever it takes in memory. */
export class ValueLimitError extends CairnError {
  override readonly name = 'ValueLimitError';

  constructor(message: string, limit: number) {
    super('limit_exceeded', message, { details: { limit } });
  }
}
