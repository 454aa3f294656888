import type { Expression } from '../../ast/expression.ts';
import type { Operator } from '../operator.ts';

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
  /** Variables of the input that are null on rows without a left side. */
  readonly leftVariables: readonly string[];
}
