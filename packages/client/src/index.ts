/**
 * The TypeScript client of Cairn.
 *
 * @example
 * import { connect } from '@cairn/client';
 * const client = await connect('cairn://admin:secret@127.0.0.1:6745/shop');
 */
export { CairnError, type ErrorCode, stringifyJson, toJson, type Value, type ValueObject } from '@cairn/protocol';
export type { ApiKeyDescription, ApiKeyRequest, ApiKeys } from './api-keys.ts';
export type { Cron, CronDescription, CronRequest } from './automation/cron.ts';
export type {
  EnqueueOptions,
  JobDescription,
  JobListOptions,
  JobStatus,
  Jobs,
  QueueDescription,
  QueueSettings,
} from './automation/jobs.ts';
export type {
  RetriedFailures,
  TriggerDescription,
  TriggerEvent,
  TriggerReport,
  TriggerRequest,
  Triggers,
} from './automation/triggers.ts';
export { Client, connect } from './client.ts';
export type { CommandFields } from './connection/connection.ts';
export { parseConnectionString } from './connection-string.ts';
export {
  type ChangeOptions,
  Collection,
  type InsertMode,
  type InsertOptions,
  type PageOptions,
} from './database/collection.ts';
export type { CollectionIndexes, IndexDescription, IndexRequest } from './database/collection-indexes.ts';
export { type CollectionRules, type DocumentRules, unknownRule } from './database/collection-rules.ts';
export type { CollectionSchema, ValidationMode } from './database/collection-schema.ts';
export { type BeginOptions, Database, type TransactionOptions } from './database/database.ts';
export type { DatabaseCollections } from './database/database-collections.ts';
export type { Document, SystemMembers } from './database/document.ts';
export { QueryCursor, type StatementChanges } from './database/query-cursor.ts';
export type { BindVariables, QueryCursorOptions, SqlParameters } from './database/statements.ts';
export { type IsolationLevel, Transaction } from './database/transaction.ts';
export type { CreateDatabaseOptions, Databases, Durability } from './databases.ts';
export { CairnCancelledError } from './errors/cairn-cancelled-error.ts';
export { CairnConnectionError } from './errors/cairn-connection-error.ts';
export { CairnServerError } from './errors/cairn-server-error.ts';
export { CairnTimeoutError } from './errors/cairn-timeout-error.ts';
export type { ClientOptions, CommandOptions, TlsOptions } from './options.ts';
export type { Action, PermissionLine, RoleDescription, Roles } from './roles.ts';
export { Environment } from './scripting/environment.ts';
export {
  type ReplAnswer,
  type ScriptDescription,
  type ScriptLanguage,
  type ScriptLimitOptions,
  type ScriptLogFilter,
  type ScriptLogLine,
  type ScriptRequest,
  type ScriptStatistics,
  Scripts,
} from './scripting/scripts.ts';
export { type ServiceDescription, type ServiceOptions, Services } from './scripting/services.ts';
export type { RoleGrant, UserDescription, Users } from './users.ts';
