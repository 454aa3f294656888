import type { Expression } from '../../ast/expression.ts';
import { freeNames } from '../../plan/free-names.ts';
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
