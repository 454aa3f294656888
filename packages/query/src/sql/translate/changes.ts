import type { Expression, Span } from '../../ast/expression.ts';
import type { Clause, Query } from '../../ast/query.ts';
import type { SelectItem } from '../tree/sql-query.ts';
import type {
  Assignment,
  ColumnPath,
  DeleteStatement,
  InsertStatement,
  UpdateStatement,
} from '../tree/sql-statement.ts';
import { Scope } from './scope.ts';
import { outputOf } from './select/output.ts';
import { SqlProblem, unsupported } from './sql-error.ts';
import type { Translator } from './translator.ts';
import { attribute, call, object, query, variable } from './tree.ts';

/** System members that nobody sets. */
const FIXED: ReadonlySet<string> = new Set(['_id', '_rev', '_created_at', '_updated_at']);

/** Turns INSERT, UPDATE and DELETE into loops that write. */
export class Changes {
  readonly #translator: Translator;

  constructor(translator: Translator) {
    this.#translator = translator;
  }

  insert(statement: InsertStatement): Query {
    const { span, table } = statement;
    const scope = new Scope();
    const clauses = this.#translator.selects.commonTables(statement.with, scope);
    const collection = { kind: 'name', name: table, span } as const;
    const { rows, columns } = this.#source(statement, scope);
    const row = this.#translator.names.fresh('row');
    clauses.push({ kind: 'for', variable: row, source: rows, span });
    const document = this.#document(statement, variable(row, span), columns);
    if (statement.conflict === undefined) clauses.push({ kind: 'insert', document, collection, span });
    else clauses.push(this.#upsert(statement, statement.conflict, document, row, columns));
    return this.#answered(clauses, statement.returning, table, 'NEW', span);
  }

  #source(statement: InsertStatement, scope: Scope): { rows: Expression; columns?: readonly string[] } {
    const { source, columns, span } = statement;
    const isValues = source.body.kind === 'values';
    if (isValues && columns === undefined) {
      throw unsupported('INSERT … VALUES without a list of columns', span);
    }
    const names = columns?.map(({ path }) => path.join('.'));
    const { rows } = this.#translator.selects.rows(source, scope, names);
    return { rows, ...(names && { columns: names }) };
  }

  /** The document of one row; columns with dots are members of members. */
  #document(statement: InsertStatement, row: Expression, columns: readonly string[] | undefined): Expression {
    if (columns === undefined) return row;
    const { span } = statement;
    for (const column of statement.columns!) refuseFixed(column);
    if (statement.columns!.every(({ path }) => path.length === 1)) return row;
    const values = statement.columns!.map(({ path }) => ({ path, value: attribute(row, path.join('.'), span) }));
    return nested(values, span);
  }

  #upsert(
    statement: InsertStatement,
    conflict: NonNullable<InsertStatement['conflict']>,
    document: Expression,
    row: string,
    columns: readonly string[] | undefined,
  ): Clause {
    const { span, table } = statement;
    const given = (path: readonly string[]) =>
      columns === undefined
        ? path.reduce((value, name) => attribute(value, name, span), variable(row, span) as Expression)
        : attribute(variable(row, span), path.join('.'), span);
    const search = nested(
      conflict.columns.map(({ path }) => ({ path, value: given(path) })),
      span,
    );
    const scope = new Scope();
    scope.add({ alias: table, row: variable('OLD', span) }, span);
    scope.add({ alias: 'excluded', row: variable(row, span), columns: columns ?? [] }, span);
    const changes = this.#changes(conflict.changes, scope, variable('OLD', span), span);
    const collection = { kind: 'name', name: table, span } as const;
    return { kind: 'upsert', search, insert: document, action: 'update', changes, collection, span: conflict.span };
  }

  update(statement: UpdateStatement): Query {
    const { span, table } = statement;
    const scope = new Scope();
    const { clauses, row } = this.#target(statement, scope);
    if (statement.from !== undefined) clauses.push(...this.#translator.selects.tables.clauses(statement.from, scope));
    this.#narrow(statement, clauses, scope);
    const changes = this.#changes(statement.changes, scope, row, span);
    const collection = { kind: 'name', name: table, span } as const;
    clauses.push({ kind: 'update', selector: row, changes, collection, span });
    return this.#answered(clauses, statement.returning, statement.alias ?? table, 'NEW', span);
  }

  delete(statement: DeleteStatement): Query {
    const { span, table } = statement;
    const scope = new Scope();
    const { clauses, row } = this.#target(statement, scope);
    this.#narrow(statement, clauses, scope);
    clauses.push({ kind: 'remove', selector: row, collection: { kind: 'name', name: table, span }, span });
    return this.#answered(clauses, statement.returning, statement.alias ?? table, 'OLD', span);
  }

  /** The loop over the table that is changed. */
  #target(statement: UpdateStatement | DeleteStatement, scope: Scope): { clauses: Clause[]; row: Expression } {
    const { span, table, alias } = statement;
    const clauses = this.#translator.selects.commonTables(statement.with, scope);
    clauses.push(
      ...this.#translator.selects.tables.clauses(
        { kind: 'table', name: table, ...(alias !== undefined && { alias }), span },
        scope,
      ),
    );
    return { clauses, row: scope.relations[0]!.row };
  }

  #narrow(statement: UpdateStatement | DeleteStatement, clauses: Clause[], scope: Scope): void {
    const { where } = statement;
    if (where !== undefined) {
      clauses.push({ kind: 'filter', condition: this.#translator.truth(where, scope), span: where.span });
    }
    clauses.push(...this.#translator.selects.changeTail(statement, scope, statement.span));
  }

  /** What SET changes. A member of a member is put into the object that stands there. */
  #changes(assignments: readonly Assignment[], scope: Scope, row: Expression, span: Span): Expression {
    const values = assignments.map(({ column, value }) => {
      refuseFixed(column);
      const path =
        column.path.length > 1 && scope.relations[0]!.alias === column.path[0] ? column.path.slice(1) : column.path;
      if (path[0] === '_key') throw new SqlProblem('_key cannot be changed', column.span);
      return { path, value: this.#translator.value(value, scope) };
    });
    return nested(values, span, row);
  }

  #answered(
    clauses: Clause[],
    returning: readonly SelectItem[] | undefined,
    alias: string,
    row: 'NEW' | 'OLD',
    span: Span,
  ): Query {
    if (returning === undefined) return query(clauses, span);
    const scope = new Scope();
    scope.add({ alias, row: variable(row, span) }, span);
    const output = outputOf(returning, scope, this.#translator, span);
    return query([...clauses, { kind: 'return', expression: output.row, distinct: false, span }], span);
  }
}

function refuseFixed({ path, span }: ColumnPath): void {
  if (FIXED.has(path[0]!)) throw new SqlProblem(`${path[0]} is set by the database alone`, span);
}

/** An object of values by their paths; with `old`, members of members are merged into what stands there. */
function nested(
  values: readonly { readonly path: readonly string[]; readonly value: Expression }[],
  span: Span,
  old?: Expression,
): Expression {
  const members = new Map<string, { path: readonly string[]; value: Expression }[]>();
  for (const { path, value } of values) {
    const [first, ...rest] = path;
    members.set(first!, [...(members.get(first!) ?? []), { path: rest, value }]);
  }
  return object(
    [...members].map(([name, inner]) => {
      const whole = inner.find(({ path }) => path.length === 0);
      if (whole !== undefined && inner.length > 1) throw new SqlProblem(`the column ${name} is set twice`, span);
      if (whole !== undefined) return { name, value: whole.value };
      const standing = old && attribute(old, name, span);
      const made = nested(inner, span, standing);
      return { name, value: standing === undefined ? made : call('MERGE', [standing, made], span) };
    }),
    span,
  );
}
