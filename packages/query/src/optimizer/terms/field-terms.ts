import type {
  ArrayComparisonExpression,
  BinaryExpression,
  CallExpression,
  Expression,
  LogicalExpression,
  QuantifierExpression,
} from '../../ast/expression.ts';
import { freeNames } from '../../plan/names/free-names.ts';
import { likePrefix } from '../../runtime/values/text/text-prefix.ts';
import { conjuncts, disjuncts } from './conjuncts.ts';
import { isMovable } from './is-movable.ts';
import { isRepeatable } from './repeatable.ts';

/**
 * Besides the comparisons: `has` (an array, or an object's names, holds the value; the path then ends in `[*]`), and `prefix` (a text
 * begins with the value).
 */
export type TermOperator = '==' | '<' | '<=' | '>' | '>=' | 'in' | 'has' | 'prefix';

/** A term of a filter that compares a path of one document with something known before the document is read. */
export interface FieldTerm {
  /** Names of the path joined with dots: `address.zip`. */
  readonly path: string;
  readonly field: Expression;
  readonly operator: TermOperator;
  readonly value: Expression;
  /** Of a `prefix` that is no literal: the value is a LIKE pattern, of which the beginning counts. */
  readonly isPattern?: boolean;
  readonly term: Expression;
}

const mirrored: Readonly<Record<string, TermOperator>> = { '==': '==', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/**
 * The term as a comparison of a path of `variable`, or undefined when it is none. The other side must have the same value
 * for every document and read none of the `unknown` names (the variable itself and what is bound after it). It may fail:
 * then the term drops every document, so an access that computes it once hands on none.
 */
export function fieldTerm(term: Expression, variable: string, unknown: ReadonlySet<string>): FieldTerm | undefined {
  const known = (value: Expression) => isRepeatable(value) && ![...freeNames(value)].some((name) => unknown.has(name));
  switch (term.kind) {
    case 'logical':
      return term.operator === 'or' ? alternatives(term, variable, unknown) : undefined;
    case 'call':
      return prefixTerm(term, variable, known);
    case 'quantifier':
    case 'array-comparison':
      return elementTerm(term, variable, known);
    case 'binary':
      return term.operator === 'like' ? prefixTerm(term, variable, known) : comparisonTerm(term, variable, known);
    default:
      return undefined;
  }
}

function comparisonTerm(
  term: BinaryExpression,
  variable: string,
  known: (value: Expression) => boolean,
): FieldTerm | undefined {
  const { operator, left, right } = term;
  if (operator !== 'in' && mirrored[operator] === undefined) return undefined;
  const leftPath = documentPath(left, variable);
  if (leftPath !== undefined && known(right)) {
    return { path: leftPath, field: left, operator: operator as TermOperator, value: right, term };
  }
  const rightPath = documentPath(right, variable);
  if (rightPath === undefined || !known(left)) return undefined;
  if (operator === 'in') return { path: `${rightPath}[*]`, field: right, operator: 'has', value: left, term };
  return { path: rightPath, field: right, operator: mirrored[operator], value: left, term };
}

/** `x.a LIKE 'ab%'` and `STARTS_WITH(x.a, 'ab')`: neither is true of anything but a text that begins so. */
function prefixTerm(
  term: BinaryExpression | CallExpression,
  variable: string,
  known: (value: Expression) => boolean,
): FieldTerm | undefined {
  const [field, pattern] = term.kind === 'call' ? term.arguments : [term.left, term.right];
  if (pattern === undefined || (term.kind === 'call' && term.name !== 'STARTS_WITH')) return undefined;
  if (pattern.kind !== 'literal') {
    const path = documentPath(field, variable);
    if (path === undefined || !known(pattern)) return undefined;
    return { path, field, operator: 'prefix', value: pattern, isPattern: term.kind === 'binary', term };
  }
  if (typeof pattern.value !== 'string' || !pattern.value.isWellFormed()) return undefined;
  const path = documentPath(field, variable);
  const prefix = term.kind === 'call' ? pattern.value : likePrefix(pattern.value);
  if (path === undefined || prefix === '') return undefined;
  return { path, field, operator: 'prefix', value: { ...pattern, value: prefix }, term };
}

/** `ANY t IN x.tags SATISFIES t == 'a'` and `x.tags ANY == 'a'`. */
function elementTerm(
  term: QuantifierExpression | ArrayComparisonExpression,
  variable: string,
  known: (value: Expression) => boolean,
): FieldTerm | undefined {
  if (term.quantifier !== 'any') return undefined;
  const array = term.kind === 'quantifier' ? term.array : term.left;
  const path = documentPath(array, variable);
  const value = path === undefined ? undefined : elementValue(term);
  if (value === undefined || !known(value)) return undefined;
  return { path: `${path}[*]`, field: array, operator: 'has', value, term };
}

/** What an element must equal. */
function elementValue(term: QuantifierExpression | ArrayComparisonExpression): Expression | undefined {
  if (term.kind === 'array-comparison') return term.operator === '==' ? term.right : undefined;
  const isElement = (part: Expression) => part.kind === 'variable' && part.name === term.variable;
  for (const part of term.condition === undefined ? [] : conjuncts(term.condition)) {
    if (part.kind !== 'binary' || part.operator !== '==') continue;
    const value = isElement(part.left) ? part.right : isElement(part.right) ? part.left : undefined;
    if (value !== undefined && !freeNames(value).has(term.variable)) return value;
  }
  return undefined;
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
  // A name with a dot or with brackets is not the path that an index field of that spelling means.
  return names.some((name) => name.includes('.') || name.endsWith('[*]')) ? undefined : names.join('.');
}
