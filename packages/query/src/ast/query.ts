import type { Expression, SortKey, Span } from './expression.ts';

/** A parsed query: its clauses in the order written, RETURN (if any) last. */
export interface Query {
  readonly kind: 'query';
  /** `EXPLAIN` or `EXPLAIN ANALYZE` before the query. */
  readonly explain?: 'plan' | 'analyze';
  /** `CREATE STREAM …`, `CREATE MATERIALIZED VIEW …`, `REFRESH …` before the query. */
  readonly head?: StatementHead;
  readonly clauses: readonly Clause[];
  readonly span: Span;
}

export type StatementHead =
  | { readonly kind: 'create-stream'; readonly name: string; readonly span: Span }
  | { readonly kind: 'create-view'; readonly name: string; readonly span: Span }
  | { readonly kind: 'refresh-view'; readonly name: string; readonly span: Span };

export type Clause =
  | ForClause
  | TraversalClause
  | ShortestPathClause
  | FilterClause
  | LetClause
  | SortClause
  | LimitClause
  | CollectClause
  | JoinClause
  | InsertClause
  | UpdateClause
  | ReplaceClause
  | RemoveClause
  | UpsertClause
  | StreamWindowClause
  | ReturnClause;

/** A collection named in the text, or by the bind variable `@@name` (then `name` is without the signs). */
export type CollectionReference =
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  | { readonly kind: 'collection-bind'; readonly name: string; readonly span: Span };

/**
 * `FOR x IN source [AS OF moment]`. `source` is a collection reference for `@@bind`, else an expression; an expression that is a
 * lone variable means a variable of that name if one is in scope, and a collection otherwise.
 */
export interface ForClause {
  readonly kind: 'for';
  readonly variable: string;
  readonly source: Expression | CollectionReference;
  /** The LSN or time whose state is read. */
  readonly asOf?: Expression;
  readonly span: Span;
}

export type Direction = 'outbound' | 'inbound' | 'any';

/** `FOR v, e, p IN 1..3 OUTBOUND start edges PRUNE condition`. */
export interface TraversalClause {
  readonly kind: 'traversal';
  readonly vertex: string;
  readonly edge?: string;
  /** The way from the start: `{ vertices, edges }`. */
  readonly path?: string;
  readonly depth: { readonly min: number; readonly max: number };
  readonly direction: Direction;
  readonly start: Expression;
  readonly edges: CollectionReference;
  /** Nothing behind a vertex for which it holds is visited. It sees the clause's variables. */
  readonly prune?: Expression;
  readonly span: Span;
}

/**
 * `FOR v, e IN SHORTEST_PATH start TO target OUTBOUND edges OPTIONS {…}`, whose rows are the vertices of one path, or
 * `FOR path IN K_SHORTEST_PATHS …`, whose rows are paths.
 */
export interface ShortestPathClause {
  readonly kind: 'shortest-path';
  readonly rows: 'vertices' | 'paths';
  /** The variable of a vertex; of a whole path where the rows are paths. */
  readonly vertex: string;
  readonly edge?: string;
  readonly direction: Direction;
  readonly start: Expression;
  readonly target: Expression;
  readonly edges: CollectionReference;
  readonly options?: Expression;
  readonly span: Span;
}

export interface FilterClause {
  readonly kind: 'filter';
  readonly condition: Expression;
  readonly span: Span;
}

/** One name of `LET a = 1, b = 2`; the parser makes a clause of each. */
export interface LetClause {
  readonly kind: 'let';
  readonly variable: string;
  readonly value: Expression;
  readonly span: Span;
}

export interface SortClause {
  readonly kind: 'sort';
  readonly keys: readonly SortKey[];
  readonly span: Span;
}

export interface LimitClause {
  readonly kind: 'limit';
  readonly offset?: Expression;
  readonly count: Expression;
  readonly span: Span;
}

/** `COLLECT k = e, … INTO g KEEP a, b WITH COUNT INTO n AGGREGATE s = SUM(x), …`. */
export interface CollectClause {
  readonly kind: 'collect';
  readonly groups: readonly { readonly variable: string; readonly expression: Expression; readonly span: Span }[];
  readonly into?: { readonly variable: string; readonly keep?: readonly string[] };
  readonly count?: string;
  readonly aggregates: readonly Aggregate[];
  readonly span: Span;
}

/** `name = FUNCTION(arguments)`; `function` is upper case. */
export interface Aggregate {
  readonly variable: string;
  readonly function: string;
  readonly arguments: readonly Expression[];
  readonly span: Span;
}

/** `[LEFT|RIGHT|FULL] JOIN collection ON condition`; the joined variable has the collection's name. */
export interface JoinClause {
  readonly kind: 'join';
  readonly type: 'inner' | 'left' | 'right' | 'full';
  readonly collection: string;
  readonly condition: Expression;
  readonly span: Span;
}

export interface InsertClause {
  readonly kind: 'insert';
  readonly document: Expression;
  readonly collection: CollectionReference;
  readonly options?: Expression;
  readonly span: Span;
}

export interface UpdateClause {
  readonly kind: 'update';
  readonly selector: Expression;
  readonly changes: Expression;
  readonly collection: CollectionReference;
  readonly options?: Expression;
  readonly span: Span;
}

export interface ReplaceClause {
  readonly kind: 'replace';
  readonly selector: Expression;
  readonly document: Expression;
  readonly collection: CollectionReference;
  readonly options?: Expression;
  readonly span: Span;
}

export interface RemoveClause {
  readonly kind: 'remove';
  readonly selector: Expression;
  readonly collection: CollectionReference;
  readonly options?: Expression;
  readonly span: Span;
}

/** `UPSERT search INSERT document UPDATE|REPLACE changes IN collection`. */
export interface UpsertClause {
  readonly kind: 'upsert';
  readonly search: Expression;
  readonly insert: Expression;
  readonly action: 'update' | 'replace';
  readonly changes: Expression;
  readonly collection: CollectionReference;
  readonly options?: Expression;
  readonly span: Span;
}

/** `WINDOW TUMBLING (SIZE '1m')`: only inside a stream definition. */
export interface StreamWindowClause {
  readonly kind: 'stream-window';
  readonly type: 'tumbling' | 'sliding';
  readonly size: string;
  readonly span: Span;
}

export interface ReturnClause {
  readonly kind: 'return';
  readonly expression: Expression;
  readonly distinct: boolean;
  readonly span: Span;
}
