import type { Expression, LiteralExpression } from '../../ast/expression.ts';
import type { Bound } from '../../plan/operators/source.ts';
import { behind } from '../../runtime/values/text/text-prefix.ts';

/** The bounds between which all texts with a prefix lie, by code point; no upper one where nothing is above. */
export function prefixBounds(prefix: Expression): { readonly lower: Bound; readonly upper?: Bound } {
  const lower: Bound = { value: prefix, inclusive: true };
  const end = behind((prefix as LiteralExpression).value as string);
  if (end === undefined) return { lower };
  return { lower, upper: { value: { kind: 'literal', value: end, span: prefix.span }, inclusive: false } };
}
