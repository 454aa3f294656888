import type { Expression, Span } from '../../../ast/expression.ts';
import { all, any, binary, literal, not } from '../tree.ts';
import { isNullable, pathKey } from './nullability.ts';

/** One of several conditions that must all hold. */
export interface Term {
  readonly expression: Expression;
  /** Paths that are not null wherever the condition holds. */
  readonly rejects: readonly string[];
  /** The condition says no more than that this path is not null: it may be left out when another one rejects null. */
  readonly guards?: string;
}

export function plainTerm(expression: Expression): Term {
  return { expression, rejects: [] };
}

/** That a value is not NULL; nothing for one that never is. */
export function guard(value: Expression, documents: ReadonlySet<string>): readonly Term[] {
  if (!isNullable(value, documents)) return [];
  const key = pathKey(value);
  const expression = binary('>', value, literal(null, value.span), value.span);
  return [{ expression, rejects: key === undefined ? [] : [key], ...(key !== undefined && { guards: key }) }];
}

/** Terms as one condition, without guards that another term makes needless. */
export function conjunction(terms: readonly Term[], span: Span): Expression {
  const rejected = new Set(terms.filter((term) => term.guards === undefined).flatMap((term) => term.rejects));
  const kept: Expression[] = [];
  for (const { expression, guards } of terms) {
    if (expression.kind === 'literal' && expression.value === true) continue;
    if (guards !== undefined) {
      if (rejected.has(guards)) continue;
      rejected.add(guards);
    }
    kept.push(expression);
  }
  return all(kept, span);
}

/** One term that holds where one of several groups of terms does. */
export function alternatives(groups: readonly (readonly Term[])[], span: Span): Term {
  return plainTerm(
    any(
      groups.map((terms) => conjunction(terms, span)),
      span,
    ),
  );
}

export function negated(expression: Expression): Expression {
  if (expression.kind === 'literal' && typeof expression.value === 'boolean') {
    return literal(!expression.value, expression.span);
  }
  return expression.kind === 'unary' && expression.operator === 'not' ? expression.operand : not(expression);
}
