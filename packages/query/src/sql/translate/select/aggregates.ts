import type { Expression } from '../../../ast/expression.ts';
import type { Aggregate } from '../../../ast/query.ts';
import type { SqlCall } from '../../tree/sql-expression.ts';
import type { Scope } from '../scope.ts';
import { SqlProblem, unsupported } from '../sql-error.ts';
import type { Translation } from '../translation.ts';
import { binary, call, conditional, literal, variable, withoutNulls } from '../tree.ts';

/** Aggregates of SQL whose name and meaning are those of the query language's. */
const DIRECT: ReadonlyMap<string, string> = new Map([
  ['AVG', 'AVG'],
  ['MIN', 'MIN'],
  ['MAX', 'MAX'],
  ['MEDIAN', 'MEDIAN'],
  ['COUNT_DISTINCT', 'COUNT_DISTINCT'],
  ['STDDEV', 'STDDEV_SAMP'],
  ['STDDEV_SAMP', 'STDDEV_SAMP'],
  ['STDDEV_POP', 'STDDEV'],
  ['VARIANCE', 'VAR_SAMP'],
  ['VAR_SAMP', 'VAR_SAMP'],
  ['VAR_POP', 'VARIANCE'],
  ['BOOL_AND', 'MIN'],
  ['EVERY', 'MIN'],
  ['BOOL_OR', 'MAX'],
]);
const LISTS: ReadonlySet<string> = new Set(['ARRAY_AGG', 'JSON_AGG', 'JSONB_AGG', 'JSON_ARRAYAGG', 'JSON_GROUP_ARRAY']);
const TEXTS: ReadonlySet<string> = new Set(['GROUP_CONCAT', 'STRING_AGG']);

export function isSqlAggregate(node: SqlCall): boolean {
  const { name } = node;
  if (node.over !== undefined) return false;
  return name === 'COUNT' || name === 'SUM' || DIRECT.has(name) || LISTS.has(name) || TEXTS.has(name);
}

/** Gathers the aggregates of a SELECT for its COLLECT; equal ones are computed once. */
export class Aggregates {
  readonly #found = new Map<string, Aggregate>();
  readonly #translation: Translation;

  constructor(translation: Translation) {
    this.#translation = translation;
  }

  get list(): readonly Aggregate[] {
    return [...this.#found.values()];
  }

  /** What the call answers, once its rows are gathered. `rows` is the scope before grouping. */
  answer(node: SqlCall, rows: Scope): Expression {
    const { name, span } = node;
    if (node.order.length > 0) throw unsupported(`ORDER BY inside ${name}`, span);
    if (name === 'COUNT') return this.#count(node, rows);
    const [first] = node.arguments;
    if (first === undefined || node.star || (node.arguments.length > 1 && !TEXTS.has(name))) {
      throw new SqlProblem(`${name} takes ${TEXTS.has(name) ? '1 to 2 arguments' : '1 argument'}`, span);
    }
    const value = this.#filtered(node, this.#translation.value(first, rows), rows);
    if (LISTS.has(name)) return this.#listed(node, value);
    if (TEXTS.has(name)) return this.#text(node, value, rows);
    if (name === 'SUM') return this.#sum(node, value);
    const aggregate = DIRECT.get(name)!;
    if (!node.distinct || aggregate === 'MIN' || aggregate === 'MAX') return this.#use(node, aggregate, [value]);
    return call(aggregate, [this.#use(node, 'UNIQUE', [value])], span);
  }

  #count(node: SqlCall, rows: Scope): Expression {
    const { span } = node;
    if (node.star) {
      if (node.filter === undefined) return this.#use(node, 'COUNT', []);
      return this.#use(node, 'COUNT', [this.#filtered(node, literal(1, span), rows)]);
    }
    if (node.arguments.length !== 1) throw new SqlProblem('COUNT takes 1 argument', span);
    const value = this.#filtered(node, this.#translation.value(node.arguments[0]!, rows), rows);
    return this.#use(node, node.distinct ? 'COUNT_DISTINCT' : 'COUNT', [value]);
  }

  /** SUM of nothing is NULL, unlike SUM of the query language, which is 0. */
  #sum(node: SqlCall, value: Expression): Expression {
    const { span } = node;
    const sum = node.distinct
      ? call('SUM', [this.#use(node, 'UNIQUE', [value])], span)
      : this.#use(node, 'SUM', [value]);
    return this.#unlessNone(node, value, sum);
  }

  #unlessNone(node: SqlCall, value: Expression, answer: Expression): Expression {
    const { span } = node;
    const some = binary('>', this.#use(node, 'COUNT', [value]), literal(0, span), span);
    return conditional(some, answer, literal(null, span));
  }

  #listed(node: SqlCall, value: Expression): Expression {
    if (node.filter !== undefined) throw unsupported(`FILTER of ${node.name}`, node.span);
    return this.#use(node, node.distinct ? 'UNIQUE' : 'PUSH', [value]);
  }

  #text(node: SqlCall, value: Expression, rows: Scope): Expression {
    const { span } = node;
    const separator =
      node.arguments[1] === undefined ? literal(',', span) : this.#translation.value(node.arguments[1], rows);
    const list = this.#use(node, node.distinct ? 'UNIQUE' : 'PUSH', [value]);
    return this.#unlessNone(node, value, call('CONCAT_SEPARATOR', [separator, withoutNulls(list, span)], span));
  }

  /** `FILTER (WHERE …)`: aggregates pass over null. */
  #filtered(node: SqlCall, value: Expression, rows: Scope): Expression {
    if (node.filter === undefined) return value;
    return conditional(this.#translation.truth(node.filter, rows), value, literal(null, node.span));
  }

  #use(node: SqlCall, name: string, values: readonly Expression[]): Expression {
    const { span } = node;
    const key = `${name} ${values.map((value) => this.#translation.textOf(value)).join()}`;
    let aggregate = this.#found.get(key);
    if (aggregate === undefined) {
      const wanted = this.#translation.names.fresh(name === 'COUNT' ? 'n' : name.toLowerCase());
      aggregate = { variable: wanted, function: name, arguments: values, span };
      this.#found.set(key, aggregate);
    }
    return variable(aggregate.variable, span);
  }
}
