import type { Span } from '../../ast/expression.ts';
import type { SqlExpression, SqlType } from './sql-expression.ts';
import type { CommonTable, SelectItem, SelectQuery, SortItem, TableExpression } from './sql-query.ts';

/** A parsed statement. */
export interface SqlText {
  /** `EXPLAIN` or `EXPLAIN ANALYZE` before the statement. */
  readonly explain?: 'plan' | 'analyze';
  readonly statement: SqlStatement | SqlDefinition;
}

/** A statement that becomes a query. */
export type SqlStatement = SelectQuery | InsertStatement | UpdateStatement | DeleteStatement;

export interface InsertStatement {
  readonly kind: 'insert';
  readonly with: readonly CommonTable[];
  readonly table: string;
  readonly columns?: readonly ColumnPath[];
  readonly source: SelectQuery;
  readonly conflict?: ConflictClause;
  readonly returning?: readonly SelectItem[];
  readonly span: Span;
}

/** `ON CONFLICT (columns) DO UPDATE SET …`; EXCLUDED is the row that was to be inserted. */
export interface ConflictClause {
  readonly columns: readonly ColumnPath[];
  readonly changes: readonly Assignment[];
  readonly span: Span;
}

export interface UpdateStatement {
  readonly kind: 'update';
  readonly with: readonly CommonTable[];
  readonly table: string;
  readonly alias?: string;
  readonly changes: readonly Assignment[];
  readonly from?: TableExpression;
  readonly where?: SqlExpression;
  readonly order: readonly SortItem[];
  readonly limit?: SqlExpression;
  readonly returning?: readonly SelectItem[];
  readonly span: Span;
}

export interface DeleteStatement {
  readonly kind: 'delete';
  readonly with: readonly CommonTable[];
  readonly table: string;
  readonly alias?: string;
  readonly where?: SqlExpression;
  readonly order: readonly SortItem[];
  readonly limit?: SqlExpression;
  readonly returning?: readonly SelectItem[];
  readonly span: Span;
}

/** `a = 1`, `address.city = 'X'`. */
export interface Assignment {
  readonly column: ColumnPath;
  readonly value: SqlExpression;
}

export interface ColumnPath {
  readonly path: readonly string[];
  readonly span: Span;
}

/** A statement that changes what tables and indexes there are. */
export type SqlDefinition =
  | {
      readonly kind: 'create-table';
      readonly table: string;
      readonly ifNotExists: boolean;
      readonly columns: readonly ColumnDefinition[];
      /** Columns that are unique together. */
      readonly unique: readonly (readonly string[])[];
    }
  | { readonly kind: 'drop-table'; readonly table: string; readonly ifExists: boolean }
  | { readonly kind: 'truncate'; readonly table: string }
  | {
      readonly kind: 'create-index';
      readonly name?: string;
      readonly table: string;
      readonly columns: readonly string[];
      readonly unique: boolean;
      readonly type?: string;
      readonly ifNotExists: boolean;
    }
  | { readonly kind: 'drop-index'; readonly name: string; readonly table?: string; readonly ifExists: boolean };

export interface ColumnDefinition {
  readonly name: string;
  readonly type?: SqlType;
  readonly notNull: boolean;
  readonly unique: boolean;
}
