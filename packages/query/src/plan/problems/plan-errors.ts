import { CairnError } from '@cairn/protocol/internal';

/** A name that is neither a variable in scope nor, as the source of a loop, a collection. */
export class UnknownVariableError extends CairnError {
  override readonly name = 'UnknownVariableError';
  constructor(variable: string) {
    super('not_found', `Variable '${variable}' not found`, { details: { variable } });
  }
}

export class UnknownCollectionError extends CairnError {
  override readonly name = 'UnknownCollectionError';
  constructor(collection: string) {
    super('not_found', `Collection '${collection}' not found`, { details: { collection } });
  }
}

export class MissingBindError extends CairnError {
  override readonly name = 'MissingBindError';
  constructor(bind: string) {
    super('invalid_argument', `Bind variable '@${bind}' not found`, { details: { bind } });
  }
}

/** The text is a query, but not one that can be planned. */
export class InvalidQueryError extends CairnError {
  override readonly name = 'InvalidQueryError';
  constructor(problem: string) {
    super('invalid_argument', `Invalid query: ${problem}`);
  }
}

export class UnknownFunctionError extends CairnError {
  override readonly name = 'UnknownFunctionError';
  constructor(kind: 'function' | 'aggregate function' | 'window function', name: string) {
    super('invalid_argument', `Unknown ${kind}: ${name}`, { details: { function: name } });
  }
}
