import { CairnError } from '@cairn/protocol/internal';

/** The statement ran out of time. */
export class QueryTimeoutError extends CairnError {
  override readonly name = 'QueryTimeoutError';
  constructor(timeMaxMs: number) {
    super('timeout', `The query did not finish within ${timeMaxMs} ms`, { details: { limit: timeMaxMs } });
  }
}

/** One step of the statement, which cannot be left in its middle, took longer than whoever runs it can wait for. */
export class QueryOverrunError extends CairnError {
  override readonly name = 'QueryOverrunError';
  constructor(overrunMaxMs: number) {
    super('timeout', `One step of the query took longer than ${overrunMaxMs} ms`, { details: { limit: overrunMaxMs } });
  }
}

/** Somebody cancelled the statement, or nobody waits for it any more. */
export class QueryCancelledError extends CairnError {
  override readonly name = 'QueryCancelledError';
  constructor() {
    super('cancelled', 'The query was cancelled');
  }
}

const LIMIT_WORDS = {
  memoryMaxBytes: 'bytes kept in memory',
  spillMaxBytes: 'bytes in its temporary file',
  rowsMax: 'rows',
  pathsMax: 'paths between two vertices',
  pathVisitsMax: 'vertices visited in search of paths',
  processHeapBytes: 'bytes of memory in the process',
} as const;

/** The statement would keep or answer more than it may. `details.exceeded` says of what. */
export class QueryLimitError extends CairnError {
  override readonly name = 'QueryLimitError';
  constructor(exceeded: keyof typeof LIMIT_WORDS, limit: number) {
    super('limit_exceeded', `The query exceeds its limit of ${limit} ${LIMIT_WORDS[exceeded]}`, {
      details: { limit, exceeded },
    });
  }
}

/** Loops or calls stand inside one another deeper than JavaScript can follow. */
export class QueryTooDeepError extends CairnError {
  override readonly name = 'QueryTooDeepError';
  constructor() {
    super('limit_exceeded', 'The query is nested deeper than it can be computed');
  }
}

/** Whether JavaScript ran out of stack: compiling or computing, the run is over and nothing else is harmed. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
}

/**
 * Whether an error says something about the values of one row, so that FILTER may drop the row and a sort key count as
 * null; anything else (time, budget, cancel, a fault of ours) ends the statement.
 */
export function isRowError(error: unknown): boolean {
  return error instanceof CairnError && (error.code === 'invalid_argument' || error.code === 'not_found');
}
