import type { Expression, LiteralExpression } from '../../ast/expression.ts';
import type { Bound } from '../../plan/operators/source.ts';

const LAST_BEFORE_SURROGATES = 0xd7ff;
const FIRST_BEHIND_SURROGATES = 0xe000;
const LAST_CODE_POINT = 0x10ffff;

/** What every text that matches a LIKE pattern begins with; empty when the pattern begins with a wildcard. */
export function likePrefix(pattern: string): string {
  return /^[^%_]*/s.exec(pattern)![0];
}

/** The bounds between which all texts with a prefix lie, by code point; no upper one where nothing is above. */
export function prefixBounds(prefix: Expression): { readonly lower: Bound; readonly upper?: Bound } {
  const lower: Bound = { value: prefix, inclusive: true };
  const end = behind((prefix as LiteralExpression).value as string);
  if (end === undefined) return { lower };
  return { lower, upper: { value: { kind: 'literal', value: end, span: prefix.span }, inclusive: false } };
}

/** The lowest text that is above all with the prefix. */
function behind(prefix: string): string | undefined {
  const points = [...prefix];
  while (points.length > 0) {
    const last = points.pop()!.codePointAt(0)!;
    if (last >= LAST_CODE_POINT) continue;
    const next = last === LAST_BEFORE_SURROGATES ? FIRST_BEHIND_SURROGATES : last + 1;
    return points.join('') + String.fromCodePoint(next);
  }
  return undefined;
}
