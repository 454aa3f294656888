import { CairnError } from '../error.ts';

/** A source that cannot be read by the format it is said to have: none of its records can. */
export class SourceFormatError extends CairnError {
  override readonly name = 'SourceFormatError';

  constructor(message: string) {
    super('invalid_argument', message);
  }
}
