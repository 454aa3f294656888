import type { Expression, Span } from '../../../ast/expression.ts';
import type { Clause } from '../../../ast/query.ts';
import type { DerivedTable, JoinedTable, TableExpression, TableName, UnnestedArray } from '../../tree/sql-query.ts';
import { conjunction, guard } from '../expressions/terms.ts';
import type { Relation, Scope } from '../scope.ts';
import { SqlProblem } from '../sql-error.ts';
import type { Translation } from '../translation.ts';
import { array, attribute, binary, call, conditional, literal, object, query, subquery, variable } from '../tree.ts';

/** What a derived table's rows are. */
export interface DerivedRows {
  readonly rows: Expression;
  readonly columns?: readonly string[];
}

/** Turns FROM into loops: tables are nested FORs, outer joins gather what matches first. */
export class Tables {
  readonly #translation: Translation;
  readonly #derivedRows: (table: DerivedTable, scope: Scope | undefined) => DerivedRows;

  constructor(translation: Translation, derivedRows: (table: DerivedTable, scope: Scope | undefined) => DerivedRows) {
    this.#translation = translation;
    this.#derivedRows = derivedRows;
  }

  /** Clauses that loop over the table's rows; its columns are added to the scope. */
  clauses(table: TableExpression, scope: Scope): Clause[] {
    switch (table.kind) {
      case 'table':
        return this.#table(table, scope);
      case 'derived':
        return this.#derived(table, scope);
      case 'unnest':
        return this.#unnest(table, scope);
      case 'join':
        return this.#join(table, scope);
    }
  }

  #table(table: TableName, scope: Scope): Clause[] {
    const { span, name } = table;
    const named = scope.namedRows(name);
    const alias = table.alias ?? name;
    const row = this.#variable(table.alias ?? (named === undefined ? undefined : name), scope);
    scope.add({ alias, row: variable(row, span), ...(named?.columns && { columns: named.columns }) }, span);
    if (named !== undefined) return [{ kind: 'for', variable: row, source: named.rows, span }];
    this.#translation.documents.add(row);
    return [{ kind: 'for', variable: row, source: { kind: 'name', name, span }, span }];
  }

  #derived(table: DerivedTable, scope: Scope): Clause[] {
    const { span } = table;
    const { rows, columns } = this.#derivedRows(table, scope);
    const row = this.#variable(table.alias ?? 'derived', scope);
    scope.add(
      {
        ...(table.alias !== undefined && { alias: table.alias }),
        row: variable(row, span),
        ...(columns && { columns }),
      },
      span,
    );
    return [{ kind: 'for', variable: row, source: rows, span }];
  }

  #unnest(table: UnnestedArray, scope: Scope): Clause[] {
    const { span } = table;
    const value = this.#translation.value(table.array, scope);
    const alias = table.alias ?? 'unnest';
    const row = this.#variable(alias, scope);
    const source =
      value.kind === 'array' ? value : conditional(call('IS_ARRAY', [value], span), value, array([], span));
    scope.add({ alias, row: variable(row, span), scalar: true }, span);
    return [{ kind: 'for', variable: row, source, span }];
  }

  #join(join: JoinedTable, scope: Scope): Clause[] {
    switch (join.type) {
      case 'inner':
      case 'cross': {
        const before = scope.relations.length;
        const left = this.clauses(join.left, scope);
        const middle = scope.relations.length;
        const right = this.clauses(join.right, scope);
        const sides = { left: scope.relations.slice(before, middle), right: scope.relations.slice(middle) };
        return [...left, ...right, ...this.#filter(join, scope, sides)];
      }
      case 'left':
        return this.#outer(join, scope, { preserved: join.left, optional: join.right });
      case 'right': {
        const before = scope.relations.length;
        const clauses = this.#outer(join, scope, { preserved: join.right, optional: join.left });
        // Columns come in the order of the text.
        const kept = this.#countOf(join.right);
        const added = scope.relations.splice(before);
        scope.relations.push(...added.slice(kept), ...added.slice(0, kept));
        return clauses;
      }
      case 'full':
        return this.#full(join, scope);
    }
  }

  #countOf(table: TableExpression): number {
    return table.kind === 'join' ? this.#countOf(table.left) + this.#countOf(table.right) : 1;
  }

  #outer(
    join: JoinedTable,
    scope: Scope,
    { preserved, optional }: { preserved: TableExpression; optional: TableExpression },
  ): Clause[] {
    const { span } = join;
    const before = scope.relations.length;
    const clauses = this.clauses(preserved, scope);
    const middle = scope.relations.length;
    const inner = scope.fork();
    const outerNames = this.#outerNames(optional, inner);
    const source = this.clauses(optional, inner);
    const kept = inner.relations.slice(before, middle);
    const joined = inner.relations.slice(middle);
    const sides = preserved === join.left ? { left: kept, right: joined } : { left: joined, right: kept };
    const filter = this.#filter(join, inner, sides);
    const returned: Clause =
      joined.length === 1
        ? this.#translation.neededColumns.gather(outerNames[0]!, joined[0]!.row, span)
        : { kind: 'return', expression: packedRows(joined, outerNames, span), distinct: false, span };
    const matches = this.#translation.names.fresh('matches');
    const found = subquery(query([...source, ...filter, returned], span));
    clauses.push({ kind: 'let', variable: matches, value: found, span });
    const list = variable(matches, span);
    const some = binary('>', call('LENGTH', [list], span), literal(0, span), span);
    const rows = conditional(some, list, array([literal(null, span)], span));
    clauses.push(...this.#bind(rows, joined, outerNames, scope, span));
    this.#merge(join, scope, before, middle);
    return clauses;
  }

  /** A loop over rows that hold one row of each relation, and the names for these. */
  #bind(
    rows: Expression,
    relations: readonly Relation[],
    names: readonly string[],
    scope: Scope,
    span: Span,
    isPacked = relations.length > 1,
  ): Clause[] {
    const row = isPacked ? this.#translation.names.fresh('row') : names[0]!;
    const clauses: Clause[] = [{ kind: 'for', variable: row, source: rows, span }];
    relations.forEach((relation, index) => {
      const name = names[index]!;
      if (isPacked) {
        const value = attribute(variable(row, span), name, span);
        clauses.push({ kind: 'let', variable: name, value, span });
      }
      scope.add({ ...relation, row: variable(name, span), optional: true }, span);
    });
    return clauses;
  }

  /** Names for the rows of an optional side, taken before those that only its own query sees. */
  #outerNames(table: TableExpression, scope: Scope): string[] {
    if (table.kind === 'join') return [...this.#outerNames(table.left, scope), ...this.#outerNames(table.right, scope)];
    return [this.#variable(table.alias, scope)];
  }

  /** All rows of a left join, then those of the right side that nothing on the left matches. */
  #full(join: JoinedTable, scope: Scope): Clause[] {
    const { span } = join;
    const before = scope.relations.length;
    const names = [...this.#outerNames(join.left, scope), ...this.#outerNames(join.right, scope)];
    const both = scope.fork();
    const matched = this.#outer(join, both, { preserved: join.left, optional: join.right });
    const relations = both.relations.slice(before);
    const matchedRows = this.#packedQuery(matched, relations, names, span);
    const alone = this.#unmatched(join, scope, names, span);
    const clauses = this.#bind(call('APPEND', [matchedRows, alone], span), relations, names, scope, span, true);
    this.#merge(join, scope, before, before + this.#countOf(join.left));
    return clauses;
  }

  #unmatched(join: JoinedTable, scope: Scope, names: readonly string[], span: Span): Expression {
    const right = scope.fork();
    const before = right.relations.length;
    const clauses = this.clauses(join.right, right);
    const rightRelations = right.relations.slice(before);
    const inner = right.fork();
    const source = this.clauses(join.left, inner);
    const leftRelations = inner.relations.slice(before + rightRelations.length);
    const filter = this.#filter(join, inner, { left: leftRelations, right: rightRelations });
    const one = literal(1, span);
    const found = subquery(
      query(
        [
          ...source,
          ...filter,
          { kind: 'limit', count: one, span },
          { kind: 'return', expression: one, distinct: false, span },
        ],
        span,
      ),
    );
    const condition = binary('==', call('LENGTH', [found], span), literal(0, span), span);
    const rightNames = names.slice(names.length - rightRelations.length);
    return this.#packedQuery([...clauses, { kind: 'filter', condition, span }], rightRelations, rightNames, span);
  }

  #packedQuery(
    clauses: readonly Clause[],
    relations: readonly Relation[],
    names: readonly string[],
    span: Span,
  ): Expression {
    const expression = packedRows(relations, names, span);
    return subquery(query([...clauses, { kind: 'return', expression, distinct: false, span }], span));
  }

  /** The condition of a join as FILTER; of a merged column both sides are compared. */
  #filter(
    join: JoinedTable,
    scope: Scope,
    sides: { readonly left: readonly Relation[]; readonly right: readonly Relation[] },
  ): Clause[] {
    const { span } = join;
    if (join.on !== undefined) {
      return [{ kind: 'filter', condition: this.#translation.truth(join.on, scope), span: join.on.span }];
    }
    if (join.using === undefined) return [];
    const terms = join.using.flatMap((name) => {
      const left = this.#columnOf(sides.left, name, scope, span);
      const right = this.#columnOf(sides.right, name, scope, span);
      if (join.type === 'inner') scope.merged.set(name, left);
      const expression = binary('==', left, right, span);
      return [{ expression, rejects: [] }, ...guard(right, this.#translation.documents)];
    });
    return [{ kind: 'filter', condition: conjunction(terms, span), span }];
  }

  /** After an outer join a merged column is that of the side that has a row. */
  #merge(join: JoinedTable, scope: Scope, before: number, middle: number): void {
    const { span } = join;
    for (const name of join.using ?? []) {
      const first = this.#columnOf(scope.relations.slice(before, middle), name, scope, span);
      if (join.type !== 'full') {
        scope.merged.set(name, first);
        continue;
      }
      const second = this.#columnOf(scope.relations.slice(middle), name, scope, span);
      scope.merged.set(name, call('COALESCE', [first, second], span));
    }
  }

  #columnOf(relations: readonly Relation[], name: string, scope: Scope, span: Span): Expression {
    const side = scope.fork();
    side.relations.length = 0;
    side.relations.push(...relations);
    if (relations.length === 0) throw new SqlProblem(`no such column: ${name}`, span);
    return side.column([name], span);
  }

  /** Tables without an alias are `doc`, then `j0`, `j1` … */
  #variable(alias: string | undefined, scope: Scope): string {
    const { length } = scope.relations;
    return this.#translation.names.fresh(alias ?? (length === 0 ? 'doc' : `j${length - 1}`));
  }
}

function packedRows(relations: readonly Relation[], names: readonly string[], span: Span): Expression {
  return object(
    relations.map((relation, index) => ({ name: names[index]!, value: relation.row })),
    span,
  );
}
