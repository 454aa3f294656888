import type { Expression, LogicalExpression } from '../../ast/expression.ts';
import { freeNames } from '../../plan/free-names.ts';
import { isMovable } from './is-movable.ts';
import { isRepeatable } from './repeatable.ts';

export type TermOperator = '==' | '<' | '<=' | '>' | '>=' | 'in';

/** A term of a filter that compares a path of one document with something known before the document is read. */
export interface FieldTerm {
  /** Names of the path joined with dots: `address.zip`. */
  readonly path: string;
  readonly field: Expression;
  readonly operator: TermOperator;
  readonly value: Expression;
  readonly term: Expression;
}

const mirrored: Readonly<Record<string, TermOperator>> = { '==': '==', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/**
 * The term as a comparison of a path of `variable`, or undefined when it is none. The other side must have the same value
 * for every document and read none of the `unknown` names (the variable itself and what is bound after it). It may fail:
 * then the term drops every document, so an access that computes it once hands on none.
 */
export function fieldTerm(term: Expression, variable: string, unknown: ReadonlySet<string>): FieldTerm | undefined {
  if (term.kind === 'logical' && term.operator === 'or') return alternatives(term, variable, unknown);
  if (term.kind !== 'binary') return undefined;
  const { operator, left, right } = term;
  if (operator !== 'in' && mirrored[operator] === undefined) return undefined;
  const known = (value: Expression) => isRepeatable(value) && ![...freeNames(value)].some((name) => unknown.has(name));
  const leftPath = documentPath(left, variable);
  if (leftPath !== undefined && known(right)) {
    return { path: leftPath, field: left, operator: operator as TermOperator, value: right, term };
  }
  if (operator === 'in') return undefined;
  const rightPath = documentPath(right, variable);
  if (rightPath === undefined || !known(left)) return undefined;
  return { path: rightPath, field: right, operator: mirrored[operator], value: left, term };
}

/**
 * `x.a == 1 OR x.a == 2` as `x.a IN [1, 2]`. No value may fail here: with OR, a row can pass before the failing one is
 * looked at.
 */
function alternatives(term: LogicalExpression, variable: string, unknown: ReadonlySet<string>): FieldTerm | undefined {
  const parts = disjuncts(term).map((part) => fieldTerm(part, variable, unknown));
  const first = parts[0];
  const values: Expression[] = [];
  for (const part of parts) {
    if (first === undefined || part === undefined || part.path !== first.path || !isMovable(part.value))
      return undefined;
    if (part.operator === '==') values.push(part.value);
    else if (part.operator === 'in' && part.value.kind === 'array') values.push(...part.value.elements);
    else return undefined;
  }
  const value: Expression = { kind: 'array', elements: values, span: term.span };
  return { path: first!.path, field: first!.field, operator: 'in', value, term };
}

function disjuncts(condition: Expression): readonly Expression[] {
  if (condition.kind === 'logical' && condition.operator === 'or') {
    return [...disjuncts(condition.left), ...disjuncts(condition.right)];
  }
  return [condition];
}

/** `a.b` for `variable.a.b` (and `variable['a'].b`); undefined for anything else. */
export function documentPath(expression: Expression, variable: string): string | undefined {
  const names: string[] = [];
  let at = expression;
  for (;;) {
    if (at.kind === 'attribute') {
      names.unshift(at.name);
      at = at.object;
    } else if (at.kind === 'index' && at.index.kind === 'literal' && typeof at.index.value === 'string') {
      names.unshift(at.index.value);
      at = at.object;
    } else break;
  }
  if (at.kind !== 'variable' || at.name !== variable || names.length === 0) return undefined;
  // A name with a dot is not the path that an index field of that spelling means.
  return names.some((name) => name.includes('.')) ? undefined : names.join('.');
}
