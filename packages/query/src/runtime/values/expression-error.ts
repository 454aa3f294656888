import { CairnError } from '@cairn/protocol/internal';

/** Where in the query's text an operator stands: UTF-16 offsets, half open. */
export interface Site {
  readonly start: number;
  readonly end: number;
}

/** An operator that cannot work on the values it got. `details` has the UTF-16 offsets of the expression. */
export class ExpressionError extends CairnError {
  override readonly name = 'ExpressionError';

  constructor(message: string, site: Site) {
    super('invalid_argument', message, { details: { start: site.start, end: site.end } });
  }
}

/** A value that an operator would make larger than it may be. */
export class ExpressionLimitError extends CairnError {
  override readonly name = 'ExpressionLimitError';

  constructor(message: string, limit: number, site: Site) {
    super('limit_exceeded', message, { details: { limit, start: site.start, end: site.end } });
  }
}
