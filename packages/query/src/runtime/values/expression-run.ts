import type { Value } from '@cairn/protocol/internal';
import type { FunctionContext } from '../../functions/definition.ts';

/** What generated expressions ask of the running query. */
export interface ExpressionRun {
  /** The values of the bind variables; all that the query names are there. */
  readonly binds: ReadonlyMap<string, Value>;
  /** What functions may ask. */
  readonly functions: FunctionContext;
  /** The deadline and budget check; throws when the query has to end. Its answer is not used here. */
  checkpoint(): unknown;
}
