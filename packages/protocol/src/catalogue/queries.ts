import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { defineCommand } from './command-definition.ts';
import { anyValue, database, everyCommand, names, nothing, transactional, valueMap } from './fields.ts';

const sdbql = z.string().max(LIMITS.queryTextMaxLength);
const batchSize = z.number().int().min(1).max(LIMITS.cursorBatchMaxRows);
const cursor = z.string().max(LIMITS.requestIdMaxLength);
/** Old names of the fields of a query. */
const QUERY_ALIASES = { query: 'sdbql', bindVars: 'bind_vars', batchSize: 'batch_size' };

const queryFields = {
  ...transactional,
  database,
  sdbql,
  bind_vars: valueMap.default({}),
  /** Rewrites of the optimiser that are not to be used. */
  disabled_rewrites: names.optional(),
};

/** Queries and their cursors. What a query may touch is known once it is parsed, so rights are checked there too. */
export const QUERY_COMMANDS = [
  defineCommand({
    name: 'query',
    access: { action: 'read', scope: 'inside' },
    mode: 'write',
    summary: 'Runs a query; with `batch_size` answers the first rows and a cursor.',
    fieldAliases: QUERY_ALIASES,
    request: z.object({
      ...queryFields,
      batch_size: batchSize.optional(),
      /** Whether the first batch comes with the number of all rows, where these are not too many to be counted. */
      count: z.boolean().optional(),
      profile: z.boolean().optional(),
    }),
    reply: z.array(z.unknown()),
  }),
  defineCommand({
    name: 'sql',
    access: { action: 'read', scope: 'inside' },
    mode: 'write',
    summary: 'Runs a statement of SQL; with `dry_run` only shows what it becomes.',
    fieldAliases: { sql: 'query', sdbql: 'query', bindVars: 'bind_vars', batchSize: 'batch_size', dryRun: 'dry_run' },
    request: z.object({
      ...transactional,
      database,
      query: sdbql,
      /** By name, or a list for the `?` of the text. */
      bind_vars: z.union([valueMap, z.array(anyValue)]).default({}),
      dry_run: z.boolean().optional(),
      batch_size: batchSize.optional(),
      disabled_rewrites: names.optional(),
    }),
    reply: z.array(z.unknown()),
  }),
  defineCommand({
    name: 'translate_sql',
    access: 'authenticated',
    mode: 'read',
    summary: 'Shows what a statement of SQL becomes in the query language.',
    fieldAliases: { sql: 'query' },
    request: z.object({ ...everyCommand, query: sdbql }),
    reply: z.object({ sql: z.string(), sdbql: z.string() }),
  }),
  defineCommand({
    name: 'explain',
    access: { action: 'read', scope: 'inside' },
    mode: 'read',
    summary: 'Shows how a query would run.',
    fieldAliases: QUERY_ALIASES,
    request: z.object({ ...queryFields, analyze: z.boolean().optional() }),
    reply: z.record(z.string(), z.unknown()),
  }),
  defineCommand({
    name: 'cursor_next',
    access: 'authenticated',
    mode: 'read',
    idempotent: false,
    summary: 'The next rows of a cursor.',
    request: z.object({ ...everyCommand, cursor, batch_size: batchSize.optional() }),
    reply: z.array(z.unknown()),
  }),
  defineCommand({
    name: 'cursor_close',
    access: 'authenticated',
    mode: 'session',
    idempotent: true,
    summary: 'Gives a cursor up before its end.',
    request: z.object({ ...everyCommand, cursor }),
    reply: nothing,
  }),
] as const;
