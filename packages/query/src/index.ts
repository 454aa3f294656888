/** The door for users: run SDBQL over a view of a database, in process. */

export type { AggregateDefinition, AggregateState } from './functions/aggregate-definition.ts';
export { aggregateByName, allAggregates } from './functions/aggregates.ts';
export type { FunctionDefinition, Parameter } from './functions/definition.ts';
export { allFunctions, functionByName } from './functions/registry.ts';
export { parseQuery } from './parser/parse-query.ts';
export { QuerySyntaxError } from './parser/query-syntax-error.ts';
export { type PrepareContext, type PreparedQuery, QueryEngine, type QueryEngineOptions } from './query-engine.ts';
export { COLUMN_BUDGET_BYTES, type ColumnStoreOptions } from './runtime/columns/column-store.ts';
export { QUERY_LIMITS, type QueryLimits } from './runtime/limits.ts';
export type { Batch, BatchSize, QueryRun, RunContext, RunStatistics } from './runtime/query-run.ts';
export type { DocumentWriter, InsertOptions, WriteOutcome } from './runtime/write-calls.ts';
