import type { Expression } from '../../ast/expression.ts';
import type { Operator } from '../operator.ts';
import type { IndexLookup } from './source.ts';

/** How a JOIN reads candidates for a row of its left side. */
export type JoinAccess =
  | ({ readonly kind: 'index' } & IndexLookup)
  | { readonly kind: 'key'; readonly attribute: '_key' | '_id'; readonly key: Expression };

/**
 * `JOIN collection ON condition`. Inside the condition `variable` is one candidate; afterwards it is the array of all
 * matches (inner, left), or one document (right), or the array of one unmatched document (full).
 */
export interface JoinOperator {
  readonly kind: 'join';
  readonly input: Operator;
  readonly type: 'inner' | 'left' | 'right' | 'full';
  readonly collection: string;
  readonly variable: string;
  readonly condition: Expression;
  /** An equality of the condition that candidates are looked up by; the condition is still tested. */
  readonly lookup?: { readonly field: Expression; readonly value: Expression };
  /** An index or the documents' keys that candidates are read through, in the place of a table. */
  readonly through?: JoinAccess;
  /** Variables of the input that are null on rows without a left side. */
  readonly leftVariables: readonly string[];
}
