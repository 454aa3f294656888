import type { Expression, Span } from '../../ast/expression.ts';
import type { SqlExpression } from '../tree/sql-expression.ts';
import { SqlProblem } from './sql-error.ts';
import { attribute } from './tree.ts';

/** A table as the expressions of one SELECT see it. */
export interface Relation {
  /** The name by which columns may be qualified; undefined for a table without one. */
  readonly alias?: string;
  /** What holds the row. */
  readonly row: Expression;
  /** Names of the columns; undefined where any name may be one, as with documents. */
  readonly columns?: readonly string[];
  /** The row is the only column itself: an element of an array. */
  readonly scalar?: boolean;
  /** The row is null where an outer join found none. */
  readonly optional?: boolean;
}

/** A table defined by WITH. */
export interface NamedRows {
  readonly rows: Expression;
  readonly columns?: readonly string[];
}

/** What a grouped SELECT makes of the columns below it. */
export interface GroupedColumns {
  /** The expression after grouping of an aggregate or of what GROUP BY names; undefined for anything else. */
  expression(node: SqlExpression): Expression | undefined;
  /** The expression of a column after grouping. @throws SqlProblem when it is neither grouped nor aggregated */
  column(resolved: Expression, span: Span): Expression;
}

/** Finds what the names of a SELECT stand for, then asks the SELECT around it. */
export class Scope {
  readonly parent: Scope | undefined;
  readonly relations: Relation[] = [];
  /** Columns of JOIN … USING. */
  readonly merged = new Map<string, Expression>();
  readonly tables = new Map<string, NamedRows>();
  /** Columns of the answer, which ORDER BY and HAVING may name. */
  readonly answers = new Map<string, Expression>();
  grouped: GroupedColumns | undefined;

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  /** The same scope with room for more relations that the original does not see. */
  fork(): Scope {
    const copy = new Scope(this.parent);
    copy.relations.push(...this.relations);
    for (const [name, value] of this.merged) copy.merged.set(name, value);
    for (const [name, rows] of this.tables) copy.tables.set(name, rows);
    copy.grouped = this.grouped;
    return copy;
  }

  /** The table that WITH defined under this name, here or around. */
  namedRows(name: string): NamedRows | undefined {
    return this.tables.get(name) ?? this.parent?.namedRows(name);
  }

  /** @throws SqlProblem for two tables of one name */
  add(relation: Relation, span: Span): void {
    if (relation.alias !== undefined && this.relations.some((other) => other.alias === relation.alias)) {
      throw new SqlProblem(
        `the table name '${relation.alias}' stands here twice; give one of them another with AS`,
        span,
      );
    }
    this.relations.push(relation);
  }

  /** The table of this alias, here or around. */
  relation(alias: string): { readonly relation: Relation; readonly scope: Scope } | undefined {
    const exact = this.relations.find((one) => one.alias === alias);
    const lower = alias.toLowerCase();
    const relation = exact ?? this.relations.find((one) => one.alias?.toLowerCase() === lower);
    return relation === undefined ? this.parent?.relation(alias) : { relation, scope: this };
  }

  /**
   * The expression of `column`, `table.column` or a path into one. The first name of a path is a table when there is one
   * of that name, here or around.
   * @throws SqlProblem for a column that no table has, or that several may have
   */
  column(path: readonly string[], span: Span): Expression {
    const [first, ...rest] = path;
    const qualified = rest.length > 0 ? this.relation(first!) : undefined;
    if (qualified !== undefined) {
      const { relation, scope } = qualified;
      return scope.#shown(columnOf(relation, rest, span), span);
    }
    const found = this.#unqualified(path, span);
    if (found !== undefined) return found;
    throw new SqlProblem(`no such column: ${path.join('.')}`, span);
  }

  #unqualified(path: readonly string[], span: Span): Expression | undefined {
    const [first, ...rest] = path;
    const answer = this.answers.get(first!);
    if (answer !== undefined) return walk(answer, rest, span);
    const merged = this.merged.get(first!);
    if (merged !== undefined) return this.#shown(walk(merged, rest, span), span);
    const known = this.relations.filter((one) => hasColumn(one, first!) === true);
    const open = this.relations.filter((one) => hasColumn(one, first!) === undefined);
    const candidates = known.length > 0 ? known : open;
    if (candidates.length > 1) {
      const names = candidates.map((one) => one.alias ?? 'a table without a name').join(', ');
      throw new SqlProblem(`the column '${first}' may belong to ${names}; write the table before it`, span);
    }
    const [only] = candidates;
    if (only === undefined) return this.parent?.column(path, span);
    return this.#shown(columnOf(only, path, span), span);
  }

  #shown(resolved: Expression, span: Span): Expression {
    return this.grouped === undefined ? resolved : this.grouped.column(resolved, span);
  }
}

/** Whether a table has the column; undefined where nobody can know. */
function hasColumn(relation: Relation, name: string): boolean | undefined {
  if (relation.scalar) return relation.alias === name;
  return relation.columns?.includes(name);
}

function columnOf(relation: Relation, path: readonly string[], span: Span): Expression {
  const [first, ...rest] = path;
  if (relation.scalar && relation.alias === first) return walk(relation.row, rest, span);
  if (relation.columns !== undefined && !relation.columns.includes(first!)) {
    throw new SqlProblem(
      `no such column: ${[relation.alias, first].filter((name) => name !== undefined).join('.')}`,
      span,
    );
  }
  return walk(relation.row, path, span);
}

function walk(row: Expression, path: readonly string[], span: Span): Expression {
  return path.reduce((object, name) => attribute(object, name, span), row);
}
