import type { Expression, SortKey, Span } from '../../../ast/expression.ts';
import type { Clause, LimitClause, Query } from '../../../ast/query.ts';
import type { SqlExpression } from '../../tree/sql-expression.ts';
import type {
  CommonTable,
  SelectBody,
  SelectCore,
  SelectQuery,
  SetOperation,
  SortItem,
  ValuesList,
} from '../../tree/sql-query.ts';
import { sortKeys } from '../expressions/values.ts';
import { Scope } from '../scope.ts';
import { SqlProblem } from '../sql-error.ts';
import type { RowForm, Translation } from '../translation.ts';
import { array, call, literal, object, query, subquery, variable } from '../tree.ts';
import { Grouping, hasAggregate } from './grouping.ts';
import { columnsOfRow, type Output, outputOf, renamed } from './output.ts';
import { type DerivedRows, Tables } from './tables.ts';

/** Clauses of a SELECT up to its RETURN, and what that returns. */
export interface Selected {
  readonly clauses: Clause[];
  readonly output: Output;
  readonly distinct: boolean;
}

/** What stands behind a SELECT or around a set operation. */
interface Tail {
  readonly order: readonly SortItem[];
  readonly limit?: SqlExpression;
  readonly offset?: SqlExpression;
}

/** Enough for every answer: OFFSET without LIMIT. */
const ALL_ROWS = Number.MAX_SAFE_INTEGER;

/** Turns SELECT, VALUES, set operations and WITH into clauses. */
export class Selects {
  readonly tables: Tables;
  readonly #translation: Translation;

  constructor(translation: Translation) {
    this.#translation = translation;
    this.tables = new Tables(translation, (table, scope) => this.#derived(table.query, scope, table.columns));
  }

  /** A query of its own, as it stands in the place of a value or as a whole statement. */
  query(select: SelectQuery, scope: Scope | undefined, form: RowForm | 'statement', names?: readonly string[]): Query {
    const { span } = select;
    const { clauses, output, distinct } = this.select(select, scope, names);
    const returned = this.#returned(output, form, span);
    if (form === 'signs' && select.limit === undefined && select.offset === undefined) {
      clauses.push({ kind: 'limit', count: literal(1, span), span });
    }
    // A subquery of the query language begins with FOR or LET.
    if (form !== 'statement' && clauses[0]?.kind !== 'for' && clauses[0]?.kind !== 'let') {
      clauses.unshift({ kind: 'let', variable: this.#translation.names.fresh('unit'), value: literal(1, span), span });
    }
    clauses.push({ kind: 'return', expression: returned, distinct: distinct && form !== 'signs', span });
    return query(clauses, span);
  }

  #returned(output: Output, form: RowForm | 'statement', span: Span): Expression {
    if (form === 'signs') return literal(1, span);
    if (form !== 'values') return output.row;
    const [only, ...others] = output.columns ?? [];
    if (only === undefined || others.length > 0) {
      throw new SqlProblem('a subquery in the place of a value answers one column', span);
    }
    return only.value;
  }

  /** The clauses of a query and of the WITH before it. */
  select(select: SelectQuery, parent: Scope | undefined, names?: readonly string[]): Selected {
    const scope = new Scope(parent);
    const clauses = this.commonTables(select.with, scope);
    const inner = select.with.length === 0 ? parent : scope;
    const selected = this.#body(select.body, inner, select, names, select.span);
    return { ...selected, clauses: [...clauses, ...selected.clauses] };
  }

  /** `WITH` as LETs, whose names are tables for the scope. */
  commonTables(tables: readonly CommonTable[], scope: Scope): Clause[] {
    return tables.map((table): Clause => {
      const { rows, columns } = this.#derived(table.query, scope, table.columns);
      const name = this.#translation.names.fresh(table.name);
      scope.tables.set(table.name, { rows: variable(name, table.span), ...(columns && { columns }) });
      return { kind: 'let', variable: name, value: rows, span: table.span };
    });
  }

  #body(
    body: SelectBody,
    parent: Scope | undefined,
    tail: Tail,
    names: readonly string[] | undefined,
    span: Span,
  ): Selected {
    if (body.kind === 'select') return this.#core(body, parent, tail, names);
    if (body.kind === 'select-query' && !hasTail(tail)) return this.select(body, parent, names);
    const { rows, columns } = this.rows(body, parent, names);
    return this.#overRows(rows, columns, parent, tail, span);
  }

  /** All rows of a body as an array of objects. */
  rows(body: SelectBody, parent: Scope | undefined, names?: readonly string[]): DerivedRows {
    switch (body.kind) {
      case 'values':
        return this.#values(body, parent, names);
      case 'set-operation':
        return this.#setOperation(body, parent, names);
      case 'select':
        return this.#derived({ kind: 'select-query', with: [], body, order: [], span: body.span }, parent, names);
      case 'select-query':
        return this.#derived(body, parent, names);
    }
  }

  #derived(select: SelectQuery, parent: Scope | undefined, names: readonly string[] | undefined): DerivedRows {
    const isBare = select.with.length === 0 && !hasTail(select);
    if (isBare && select.body.kind !== 'select') return this.rows(select.body, parent, names);
    const { span } = select;
    const selected = this.select(select, parent, names);
    const { clauses, output, distinct } = selected;
    if (clauses[0]?.kind !== 'for' && clauses[0]?.kind !== 'let') {
      clauses.unshift({ kind: 'let', variable: this.#translation.names.fresh('unit'), value: literal(1, span), span });
    }
    const rows = subquery(query([...clauses, { kind: 'return', expression: output.row, distinct, span }], span));
    const columns = output.columns?.map((column) => column.name);
    return { rows, ...(columns && { columns }) };
  }

  #values(list: ValuesList, parent: Scope | undefined, names: readonly string[] | undefined): DerivedRows {
    const count = list.rows[0]!.length;
    const columns = names ?? Array.from({ length: count }, (_, index) => `column${index + 1}`);
    const scope = new Scope(parent);
    const rows = list.rows.map((row) => {
      if (row.length !== columns.length) {
        throw new SqlProblem(`expected ${columns.length} values in each row, got ${row.length}`, row[0]!.span);
      }
      const members = row.map((value, index) => ({
        name: columns[index]!,
        value: this.#translation.value(value, scope),
      }));
      return object(members, row[0]!.span);
    });
    return { rows: array(rows, list.span), columns };
  }

  #setOperation(operation: SetOperation, parent: Scope | undefined, names: readonly string[] | undefined): DerivedRows {
    const { span } = operation;
    const left = this.rows(operation.left, parent, names);
    const right = this.rows(operation.right, parent, left.columns);
    const both = [left.rows, right.rows];
    const columns = left.columns && { columns: left.columns };
    switch (operation.operator) {
      case 'union all':
        return { rows: call('APPEND', both, span), ...columns };
      case 'union':
        return { rows: call('UNION', both, span), ...columns };
      case 'intersect':
        return { rows: call('UNIQUE', [call('INTERSECTION', both, span)], span), ...columns };
      case 'except':
        return { rows: call('UNIQUE', [call('MINUS', both, span)], span), ...columns };
    }
  }

  /** A loop over rows that are there already. */
  #overRows(
    rows: Expression,
    columns: readonly string[] | undefined,
    parent: Scope | undefined,
    tail: Tail,
    span: Span,
  ): Selected {
    const row = this.#translation.names.fresh('row');
    const scope = new Scope(parent);
    scope.add({ row: variable(row, span), ...(columns && { columns }) }, span);
    const known = columns && columnsOfRow(row, columns, span);
    const output: Output = { row: variable(row, span), ...(known && { columns: known }), named: known ?? [] };
    const clauses: Clause[] = [{ kind: 'for', variable: row, source: rows, span }];
    clauses.push(...this.#sort(tail.order, scope, output), ...this.#limit(tail, span));
    return { clauses, output, distinct: false };
  }

  #core(core: SelectCore, parent: Scope | undefined, tail: Tail, names: readonly string[] | undefined): Selected {
    const { span } = core;
    const scope = new Scope(parent);
    const clauses = core.from === undefined ? [] : this.tables.clauses(core.from, scope);
    if (core.where !== undefined) clauses.push(this.#filter(core.where, scope));
    const grouping = this.#grouping(core, tail, scope);
    const above = grouping === undefined ? scope : groupedScope(scope, grouping);
    const distinct = core.distinct && !(grouping?.isDistinct ?? false);
    const written = outputOf(core.items, above, this.#translation, span);
    const answers = above.fork();
    const given = givenNames(core);
    for (const { name, value } of written.named) if (given.has(name)) answers.answers.set(name, value);
    const having = core.having === undefined ? [] : [this.#filter(core.having, answers)];
    const sort = this.#sort(tail.order, answers, written);
    if (grouping !== undefined) clauses.push(grouping.clause(span));
    clauses.push(...having, ...sort);
    const output = renamed(written, names, span);
    if (!distinct) {
      clauses.push(...this.#limit(tail, span));
      return { clauses, output, distinct: false };
    }
    if (tail.limit === undefined && tail.offset === undefined) return { clauses, output, distinct: true };
    return this.#limitedDistinct(clauses, output, tail, span);
  }

  /** Rows are made distinct before they are counted; the first of equal ones keeps its place in the order. */
  #limitedDistinct(clauses: Clause[], output: Output, tail: Tail, span: Span): Selected {
    if (clauses[0]?.kind !== 'for' && clauses[0]?.kind !== 'let') {
      clauses.unshift({ kind: 'let', variable: this.#translation.names.fresh('unit'), value: literal(1, span), span });
    }
    const rows = subquery(query([...clauses, { kind: 'return', expression: output.row, distinct: true, span }], span));
    const columns = output.columns?.map((column) => column.name);
    return this.#overRows(rows, columns, undefined, { ...tail, order: [] }, span);
  }

  #filter(condition: SqlExpression, scope: Scope): Clause {
    return { kind: 'filter', condition: this.#translation.truth(condition, scope), span: condition.span };
  }

  /** SELECT DISTINCT is a grouping by its columns, where it lists them and is sorted by none but these. */
  #distinctGroups(core: SelectCore, { order }: Tail, scope: Scope): Grouping | undefined {
    if (!core.distinct || core.from === undefined) return undefined;
    const columns = core.items.flatMap((item) => (item.kind === 'column' ? [item] : []));
    const names = new Set(columns.map((item) => item.alias ?? item.text));
    const isListed = ({ expression }: SortItem) =>
      expression.kind === 'literal' || (expression.kind === 'column' && names.has(expression.path.join('.')));
    const isPlain = columns.every(({ expression }) => expression.kind !== 'call' || expression.over === undefined);
    if (columns.length < core.items.length || !isPlain || !order.every(isListed)) return undefined;
    const grouping = new Grouping(this.#translation, scope, { isDistinct: true });
    for (const { expression } of columns) grouping.group(expression);
    return grouping;
  }

  /** The grouping of a SELECT with GROUP BY, HAVING or an aggregate. */
  #grouping(core: SelectCore, tail: Tail, scope: Scope): Grouping | undefined {
    const aggregates = [
      ...core.items.flatMap((item) => (item.kind === 'column' ? [item.expression] : [])),
      ...tail.order.map((item) => item.expression),
    ].some((expression) => hasAggregate(expression, false));
    if (core.groups.length === 0 && core.having === undefined && !aggregates)
      return this.#distinctGroups(core, tail, scope);
    const grouping = new Grouping(this.#translation, scope);
    const aliased = aliasedColumns(core);
    for (const group of core.groups) grouping.group(groupKey(group, core, aliased));
    return grouping;
  }

  #sort(order: readonly SortItem[], scope: Scope, output: Output): Clause[] {
    if (order.length === 0) return [];
    const keys = order.flatMap((item): SortKey[] => sortKeys(item, this.#sortValue(item, scope, output)));
    const span = { start: order[0]!.span.start, end: order.at(-1)!.span.end };
    return [{ kind: 'sort', keys, span }];
  }

  #sortValue({ expression }: SortItem, scope: Scope, output: Output): Expression {
    if (expression.kind !== 'literal' || typeof expression.value !== 'number') {
      return this.#translation.value(expression, scope);
    }
    const column = output.columns?.[expression.value - 1];
    if (column !== undefined) return column.value;
    throw new SqlProblem(`ORDER BY ${expression.value} is no column of the answer`, expression.span);
  }

  #limit({ limit, offset }: Tail, span: Span): LimitClause[] {
    const scope = new Scope();
    const isNull = limit?.kind === 'literal' && limit.value === null;
    const count = limit === undefined || isNull ? undefined : this.#translation.value(limit, scope);
    const skipped = offset && this.#translation.value(offset, scope);
    if (count === undefined && skipped === undefined) return [];
    return [{ kind: 'limit', ...(skipped && { offset: skipped }), count: count ?? literal(ALL_ROWS, span), span }];
  }

  /** `ORDER BY … LIMIT n` of a change. */
  changeTail(tail: Tail, scope: Scope, span: Span): Clause[] {
    return [...this.#sort(tail.order, scope, { row: literal(null, span), named: [] }), ...this.#limit(tail, span)];
  }
}

function hasTail(tail: Tail): boolean {
  return tail.order.length > 0 || tail.limit !== undefined || tail.offset !== undefined;
}

function groupedScope(rows: Scope, grouping: Grouping): Scope {
  const scope = rows.fork();
  scope.grouped = grouping;
  return scope;
}

/** Names that stand for the answer in ORDER BY and HAVING: those of AS, and those that the text says. */
function givenNames(core: SelectCore): ReadonlySet<string> {
  return new Set(core.items.flatMap((item) => (item.kind === 'column' ? [item.alias ?? item.text] : [])));
}

/** Columns of the answer by the name that AS gives them, without aggregates: GROUP BY may name these. */
function aliasedColumns(core: SelectCore): ReadonlyMap<string, SqlExpression> {
  return new Map(
    core.items.flatMap((item): [string, SqlExpression][] =>
      item.kind === 'column' && item.alias !== undefined && !hasAggregate(item.expression)
        ? [[item.alias, item.expression]]
        : [],
    ),
  );
}

/** A key of GROUP BY may be the place or the name of a column of the answer. */
function groupKey(group: SqlExpression, core: SelectCore, aliased: ReadonlyMap<string, SqlExpression>): SqlExpression {
  if (group.kind === 'literal' && typeof group.value === 'number') {
    const item = core.items[group.value - 1];
    if (item?.kind === 'column') return item.expression;
    throw new SqlProblem(`GROUP BY ${group.value} is no column of the answer`, group.span);
  }
  return (group.kind === 'column' && group.path.length === 1 && aliased.get(group.path[0]!)) || group;
}
