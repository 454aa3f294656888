import type { CallExpression, Expression, SortKey } from '../../../ast/expression.ts';
import type { SqlCall, SqlCase, SqlColumn, SqlExpression } from '../../tree/sql-expression.ts';
import type { SortItem } from '../../tree/sql-query.ts';
import type { Scope } from '../scope.ts';
import { isSqlAggregate } from '../select/aggregates.ts';
import { SqlProblem, unsupported } from '../sql-error.ts';
import type { Translation } from '../translation.ts';
import { array, call, conditional, isNull, literal, subquery } from '../tree.ts';
import { cast } from './casts.ts';
import { sqlFunction, translateCall } from './functions.ts';
import { isNullable } from './nullability.ts';
import { isStrict, strictValue } from './operands.ts';

/** Window functions that mean the same in SQL and in the query language; aggregates have other frames there. */
const WINDOW_FUNCTIONS: ReadonlySet<string> = new Set([
  'ROW_NUMBER',
  'RANK',
  'DENSE_RANK',
  'LAG',
  'LEAD',
  'FIRST_VALUE',
]);

/** Expressions as values: null where SQL says NULL. */
export class Values {
  readonly #translation: Translation;

  constructor(translation: Translation) {
    this.#translation = translation;
  }

  value(node: SqlExpression, scope: Scope): Expression {
    const { span } = node;
    if (isStrict(node)) return strictValue(node, scope, this.#translation);
    switch (node.kind) {
      case 'literal':
        return literal(node.value, span);
      case 'parameter':
        return { kind: 'bind', name: node.name, span };
      case 'column':
        return this.#column(node, scope);
      case 'call':
        return this.#call(node, scope);
      case 'case':
        return this.#case(node, scope);
      case 'cast': {
        const value = this.value(node.operand, scope);
        const converted = cast(value, node.type);
        return this.#isNullable(value) ? conditional(isNull(value), literal(null, span), converted) : converted;
      }
      case 'scalar-query': {
        const rows = subquery(this.#translation.rows(node.query, scope, 'values'));
        return { kind: 'index', object: rows, index: literal(0, span), span };
      }
      case 'index':
        return this.#element(node.object, this.value(node.index, scope), scope, span);
      case 'array':
        return array(
          node.elements.map((element) => this.value(element, scope)),
          span,
        );
      case 'binary':
        if (node.operator === '->' || node.operator === '->>') {
          return this.#element(node.left, this.value(node.right, scope), scope, span);
        }
        return this.#truthValue(node, scope);
      default:
        return this.#truthValue(node, scope);
    }
  }

  /** A condition in the place of a value: true, false or null. */
  #truthValue(node: SqlExpression, scope: Scope): Expression {
    const { span } = node;
    const isTrue = this.#translation.truth(node, scope);
    if (this.#isDecided(node, scope)) return isTrue;
    const isFalse = this.#translation.falsity(node, scope);
    return conditional(isTrue, literal(true, span), conditional(isFalse, literal(false, span), literal(null, span)));
  }

  /** Whether a condition is never NULL. */
  #isDecided(node: SqlExpression, scope: Scope): boolean {
    const decided = (...parts: readonly SqlExpression[]) =>
      parts.every((part) => !this.#isNullable(this.value(part, scope)));
    switch (node.kind) {
      case 'exists':
      case 'is':
      case 'distinct-from':
        return true;
      case 'unary':
        return this.#isDecided(node.operand, scope);
      case 'binary':
        if (node.operator === 'and' || node.operator === 'or') {
          return this.#isDecided(node.left, scope) && this.#isDecided(node.right, scope);
        }
        return decided(node.left, node.right);
      case 'between':
        return decided(node.operand, node.low, node.high);
      case 'like':
        return decided(node.operand, node.pattern);
      case 'in':
        return Array.isArray(node.source) && decided(node.operand, ...node.source);
      case 'literal':
        return node.value !== null;
      default:
        return false;
    }
  }

  #column(node: SqlColumn, scope: Scope): Expression {
    const { path, span } = node;
    const word = path.length === 1 ? path[0]!.toUpperCase() : '';
    if (word === 'CURRENT_TIMESTAMP') return call('NOW_ISO', [], span);
    if (word === 'CURRENT_DATE') return call('LEFT', [call('NOW_ISO', [], span), literal(10, span)], span);
    return scope.column(path, span);
  }

  #element(node: SqlExpression, index: Expression, scope: Scope, span: SqlExpression['span']): Expression {
    const object = this.value(node, scope);
    if (index.kind === 'literal' && typeof index.value === 'string') {
      return { kind: 'attribute', object, name: index.value, optional: false, span };
    }
    return { kind: 'index', object, index, span };
  }

  #case(node: SqlCase, scope: Scope): Expression {
    const branches = node.branches.map(({ when, result }) => {
      const condition: SqlExpression =
        node.subject === undefined
          ? when
          : { kind: 'binary', operator: '=', left: node.subject, right: when, span: when.span };
      // biome-ignore lint/suspicious/noThenProperty: the branch of a CASE, which nobody awaits
      return { when: this.#translation.truth(condition, scope), then: this.value(result, scope) };
    });
    const otherwise = node.otherwise && this.value(node.otherwise, scope);
    return { kind: 'case', branches, ...(otherwise && { otherwise }), span: node.span };
  }

  #call(node: SqlCall, scope: Scope): Expression {
    const { name, span } = node;
    if (node.over !== undefined) return this.#window(node, scope);
    if (isSqlAggregate(node)) throw new SqlProblem(`the aggregate ${name} may not stand here`, span);
    if (node.star || node.distinct || node.filter !== undefined || node.order.length > 0) {
      throw new SqlProblem(`${node.written} is no aggregate`, span);
    }
    if (name === 'IF' || name === 'IIF') return this.#if(node, scope);
    const values = node.arguments.map((argument, index) => this.#argument(node, argument, index, scope));
    const known = sqlFunction(name);
    if (known !== undefined) return translateCall(name, known, values, span, (value) => this.#isNullable(value));
    return { kind: 'call', name, written: node.written, arguments: values, piped: false, span };
  }

  /** The field of EXTRACT is a word, no column. */
  #argument(node: SqlCall, argument: SqlExpression, index: number, scope: Scope): Expression {
    const isField = node.name === 'EXTRACT' && index === 0 && argument.kind === 'column';
    return isField ? literal(argument.path.join('.'), argument.span) : this.value(argument, scope);
  }

  #if(node: SqlCall, scope: Scope): Expression {
    const [condition, consequent, alternate] = node.arguments;
    if (condition === undefined || consequent === undefined || node.arguments.length > 3) {
      throw new SqlProblem(`${node.name} takes 2 to 3 arguments, got ${node.arguments.length}`, node.span);
    }
    const otherwise = alternate === undefined ? literal(null, node.span) : this.value(alternate, scope);
    return conditional(this.#translation.truth(condition, scope), this.value(consequent, scope), otherwise);
  }

  #window(node: SqlCall, scope: Scope): Expression {
    if (!WINDOW_FUNCTIONS.has(node.name)) throw unsupported(`${node.name} OVER (…)`, node.span);
    const over = node.over!;
    const window: CallExpression = {
      kind: 'call',
      name: node.name,
      written: node.name,
      arguments: node.arguments.map((argument) => this.value(argument, scope)),
      piped: false,
      over: {
        partition: over.partition.map((part) => this.value(part, scope)),
        order: over.order.flatMap((item) => sortKeys(item, this.value(item.expression, scope))),
      },
      span: node.span,
    };
    return window;
  }

  #isNullable(value: Expression): boolean {
    return isNullable(value, this.#translation.documents);
  }
}

/** The keys of one item of ORDER BY: null comes first by itself, and last with DESC; otherwise a key before it says where. */
export function sortKeys(item: SortItem, expression: Expression): SortKey[] {
  const { descending, nulls } = item;
  const key = { expression, descending };
  if (nulls === undefined || (nulls === 'first') !== descending) return [key];
  return [{ expression: isNull(expression), descending: nulls === 'first' }, key];
}
