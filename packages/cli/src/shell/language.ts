import { allFunctions, parseQuery } from '@cairn/query/internal';
import type { ParseProblem } from './statement-text.ts';

/** Words to complete: those that begin or join clauses. */
export const KEYWORD_NAMES: readonly string[] =
  'FOR IN FILTER SORT LIMIT RETURN LET ASC DESC AND OR NOT LIKE TRUE FALSE NULL INSERT INTO UPDATE UPSERT WITH REMOVE REPLACE COLLECT AGGREGATE COUNT KEEP DISTINCT EXPLAIN ANALYZE'.split(
    ' ',
  );

export const FUNCTION_NAMES: readonly string[] = allFunctions().map(({ name }) => name);

/** What is wrong with a statement, found without asking the server. */
export function parseProblem(text: string): ParseProblem {
  try {
    parseQuery(text.replace(/;\s*$/, ''));
    return undefined;
  } catch (error) {
    const { details } = error as { details?: { offset?: unknown } };
    // Without a position the server shall say what is wrong.
    return { offset: typeof details?.offset === 'number' ? details.offset : -1 };
  }
}
