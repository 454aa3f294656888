import type { ComparisonOperator, Expression } from '../../../ast/expression.ts';
import type {
  SqlBetween,
  SqlBinary,
  SqlComparison,
  SqlExpression,
  SqlIn,
  SqlIs,
  SqlQuantified,
} from '../../tree/sql-expression.ts';
import type { Scope } from '../scope.ts';
import type { Translation } from '../translation.ts';
import { array, binary, call, isNotNull, isNull, literal, not, subquery, withoutNulls } from '../tree.ts';
import { likeTerms } from './like.ts';
import { isNullable, pathKey } from './nullability.ts';
import { operand } from './operands.ts';
import { alternatives, conjunction, guard, negated, plainTerm, type Term } from './terms.ts';

const NEGATED: Readonly<Record<SqlComparison, SqlComparison>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};
const MIRRORED: Readonly<Record<SqlComparison, SqlComparison>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/**
 * The three-valued logic of SQL in a language that knows true and false: each condition is translated twice, to what is
 * true where SQL says TRUE (`positive`) and to what is true where SQL says FALSE. NULL is neither.
 */
export class Predicates {
  readonly #translation: Translation;

  constructor(translation: Translation) {
    this.#translation = translation;
  }

  condition(node: SqlExpression, scope: Scope, positive: boolean): Expression {
    return conjunction(this.#terms(node, scope, positive), node.span);
  }

  #terms(node: SqlExpression, scope: Scope, positive: boolean): readonly Term[] {
    switch (node.kind) {
      case 'unary':
        if (node.operator === 'not') return this.#terms(node.operand, scope, !positive);
        break;
      case 'binary':
        if (node.operator === 'and' || node.operator === 'or') return this.#junction(node, scope, positive);
        if (node.operator in NEGATED) return this.#comparison(node, scope, positive);
        break;
      case 'is':
        return this.#is(node, scope, positive);
      case 'distinct-from': {
        const operator = node.negated === positive ? '==' : '!=';
        return [plainTerm(binary(operator, this.#value(node.left, scope), this.#value(node.right, scope), node.span))];
      }
      case 'between':
        return this.#between(node, scope, positive !== node.negated);
      case 'in':
        return Array.isArray(node.source)
          ? this.#inList(node, node.source, scope, positive !== node.negated)
          : this.#inQuery(node, scope, positive !== node.negated);
      case 'like':
        return likeTerms(node, scope, positive !== node.negated, this.#translation);
      case 'exists': {
        const found = call('LENGTH', [subquery(this.#translation.rows(node.query, scope, 'signs'))], node.span);
        return [plainTerm(binary(positive ? '>' : '==', found, literal(0, node.span), node.span))];
      }
      case 'quantified':
        return this.#quantified(node, scope, positive);
      case 'literal':
        if (typeof node.value === 'boolean') return [plainTerm(literal(node.value === positive, node.span))];
        if (node.value === null) return [plainTerm(literal(false, node.span))];
        break;
    }
    return this.#truthOfValue(node, scope, positive);
  }

  /** A value in the place of a condition: 0 and the empty text are false, as everywhere in the database. */
  #truthOfValue(node: SqlExpression, scope: Scope, positive: boolean): readonly Term[] {
    const value = this.#value(node, scope);
    if (positive) return [plainTerm(value)];
    return [...guard(value, this.#translation.documents), plainTerm(negated(value))];
  }

  #junction(node: SqlBinary, scope: Scope, positive: boolean): readonly Term[] {
    const left = this.#terms(node.left, scope, positive);
    const right = this.#terms(node.right, scope, positive);
    if ((node.operator === 'and') === positive) return [...left, ...right];
    return [alternatives([left, right], node.span)];
  }

  #comparison(node: SqlBinary, scope: Scope, positive: boolean): readonly Term[] {
    const written = node.operator as SqlComparison;
    const operator = positive ? written : NEGATED[written];
    return this.#compared(operator, node.left, node.right, scope, node.span);
  }

  #compared(
    operator: SqlComparison,
    leftNode: SqlExpression,
    rightNode: SqlExpression,
    scope: Scope,
    span: SqlExpression['span'],
  ): readonly Term[] {
    const left = operand(leftNode, scope, this.#translation);
    const right = operand(rightNode, scope, this.#translation);
    // What fails on null is asked for nulls first; what is null by itself only where the comparison would let it pass.
    const before = [
      ...(isNullByItself(left.raw) ? [] : left.nulls.map((condition) => plainTerm(negatedNull(condition)))),
      ...(isNullByItself(right.raw) ? [] : right.nulls.map((condition) => plainTerm(negatedNull(condition)))),
    ];
    const rejects = this.#rejected(operator, left.raw, right.raw).flatMap((side) => pathKey(side) ?? []);
    const term = { expression: binary(comparison(operator), left.raw, right.raw, span), rejects };
    return [...before, term, ...this.#guards(operator, left.raw, right.raw)];
  }

  /** Sides that are not null wherever the comparison alone is true. */
  #rejected(operator: SqlComparison, left: Expression, right: Expression): readonly Expression[] {
    const { documents } = this.#translation;
    const kept = (side: Expression, when: boolean) => (when ? [side] : []);
    const isLeftKnown = !isNullable(left, documents);
    const isRightKnown = !isNullable(right, documents);
    switch (operator) {
      case '=':
        return [...kept(left, isRightKnown), ...kept(right, isLeftKnown)];
      case '<>':
        return [];
      case '<':
        return [right];
      case '<=':
        return kept(right, isLeftKnown);
      case '>':
        return [left];
      case '>=':
        return kept(left, isRightKnown);
    }
  }

  /** In the total order null is below everything and equal to null; so only these sides can let a null pass. */
  #guards(operator: SqlComparison, left: Expression, right: Expression): readonly Term[] {
    const of = (side: Expression) => (isNullByItself(side) ? guard(side, this.#translation.documents) : []);
    if (operator === '<' || operator === '<=') return of(left);
    if (operator === '>' || operator === '>=') return of(right);
    if (operator === '<>') return [...of(left), ...of(right)];
    const { documents } = this.#translation;
    if (!isNullable(left, documents) || !isNullable(right, documents)) return [];
    if (!isNullByItself(left) || !isNullByItself(right)) return [];
    return left.kind === 'bind' ? of(left) : of(right);
  }

  #is(node: SqlIs, scope: Scope, positive: boolean): readonly Term[] {
    const wanted = positive !== node.negated;
    if (node.test === 'null') {
      const value = this.#value(node.operand, scope);
      const key = pathKey(value);
      if (wanted) return [plainTerm(isNull(value))];
      return [{ expression: isNotNull(value), rejects: key === undefined ? [] : [key] }];
    }
    const found = this.condition(node.operand, scope, node.test === 'true');
    return [plainTerm(asBoolean(wanted ? found : negated(found)))];
  }

  #between(node: SqlBetween, scope: Scope, positive: boolean): readonly Term[] {
    const low = this.#compared(positive ? '>=' : '<', node.operand, node.low, scope, node.span);
    const high = this.#compared(positive ? '<=' : '>', node.operand, node.high, scope, node.span);
    return positive ? [...low, ...high] : [alternatives([low, high], node.span)];
  }

  #inList(node: SqlIn, source: readonly SqlExpression[], scope: Scope, positive: boolean): readonly Term[] {
    const { documents } = this.#translation;
    const tested = this.#value(node.operand, scope);
    const values = source.map((element) => this.#value(element, scope));
    const isNullLiteral = (value: Expression) => value.kind === 'literal' && value.value === null;
    const elements = values.filter((value) => !isNullLiteral(value));
    if (!positive && elements.length < values.length) return [plainTerm(literal(false, node.span))];
    const key = pathKey(tested);
    const nullable = elements.filter((value) => isNullable(value, documents));
    const term: Term = {
      expression: binary(positive ? 'in' : 'not in', tested, array(elements, node.span), node.span),
      rejects: key !== undefined && positive && nullable.length === 0 ? [key] : [],
    };
    if (positive) return nullable.length === 0 ? [term] : [term, ...guard(tested, documents)];
    return [term, ...guard(tested, documents), ...nullable.flatMap((value) => guard(value, documents))];
  }

  /** NOT IN an empty result is true even of NULL; IN a result that holds NULL is never false. */
  #inQuery(node: SqlIn, scope: Scope, positive: boolean): readonly Term[] {
    const rows = subquery(
      this.#translation.rows(node.source as Exclude<SqlIn['source'], readonly unknown[]>, scope, 'values'),
    );
    const tested = this.#value(node.operand, scope);
    const { documents } = this.#translation;
    if (positive) return [plainTerm(binary('in', tested, rows, node.span)), ...guard(tested, documents)];
    return [
      alternatives(
        [
          [plainTerm(isEmpty(rows))],
          [
            ...guard(tested, documents),
            plainTerm(binary('not in', tested, rows, node.span)),
            plainTerm(binary('not in', literal(null, node.span), rows, node.span)),
          ],
        ],
        node.span,
      ),
    ];
  }

  /** `x op ANY S` is true for one element, false for all of a result without NULL; ALL is the contrary of the contrary. */
  #quantified(node: SqlQuantified, scope: Scope, positive: boolean): readonly Term[] {
    const { span } = node;
    const isAny = node.quantifier === 'any';
    const someWanted = isAny === positive;
    const operator = positive ? node.operator : NEGATED[node.operator];
    const rows = subquery(this.#translation.rows(node.query, scope, 'values'));
    const tested = this.#value(node.operand, scope);
    const guards = guard(tested, this.#translation.documents);
    const compared = (quantifier: 'any' | 'all', list: Expression): Term =>
      plainTerm({
        kind: 'array-comparison',
        quantifier,
        operator: comparison(MIRRORED[operator]),
        left: list,
        right: tested,
        span,
      });
    if (someWanted) return [compared('any', withoutNulls(rows, span)), ...guards];
    const noNull = plainTerm(binary('not in', literal(null, span), rows, span));
    return [alternatives([[plainTerm(isEmpty(rows))], [...guards, noNull, compared('all', rows)]], span)];
  }

  #value(node: SqlExpression, scope: Scope): Expression {
    return this.#translation.value(node, scope);
  }
}

function comparison(operator: SqlComparison): ComparisonOperator {
  if (operator === '=') return '==';
  return operator === '<>' ? '!=' : operator;
}

/** What is null by itself: everything but operators that fail on null. */
function isNullByItself(expression: Expression): boolean {
  return !(
    (expression.kind === 'binary' && ARITHMETIC.has(expression.operator)) ||
    (expression.kind === 'unary' && expression.operator !== 'not') ||
    (expression.kind === 'call' && expression.name === 'CONCAT')
  );
}

/** True or false, also for a value that only counts as one of them. */
function asBoolean(condition: Expression): Expression {
  const isBoolean =
    (condition.kind === 'literal' && typeof condition.value === 'boolean') ||
    (condition.kind === 'binary' && !ARITHMETIC.has(condition.operator)) ||
    (condition.kind === 'logical' && (condition.operator === 'and' || condition.operator === 'or')) ||
    (condition.kind === 'unary' && condition.operator === 'not') ||
    condition.kind === 'array-comparison';
  return isBoolean ? condition : not(not(condition));
}

const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '&', '|', '<<', '>>']);

/** `x == null` turned round; a divisor that may be zero too. */
function negatedNull(condition: Expression): Expression {
  return condition.kind === 'binary' ? { ...condition, operator: '!=' } : negated(condition);
}

function isEmpty(rows: Expression): Expression {
  return binary('==', call('LENGTH', [rows], rows.span), literal(0, rows.span), rows.span);
}
