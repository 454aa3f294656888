import { z } from 'zod';
import type { Value } from '../value/value.ts';
import { type Access, defineCommand, type RequestFields } from './command-definition.ts';
import { count, database, documentKey, everyCommand, name, nothing } from './fields.ts';
import { runFields } from './jobs.ts';
import { updateMembers } from './update-members.ts';

const READ: Access = { action: 'read', scope: 'database' };
/** A trigger has a hand in everybody's writes. */
const ADMIN: Access = { action: 'admin', scope: 'database' };

const trigger_id = z.string().min(1).max(500);
const onTrigger = { ...everyCommand, database, trigger_id };
const trigger = z.object({ _key: z.string(), name: z.string(), collection: z.string() }).loose();

const triggerFields = {
  ...runFields,
  name: z.string().min(1).max(500),
  collection: name,
  /** `insert`, `update`, `delete`. */
  events: z.array(z.string()).max(10),
  /** In the transaction that makes the change, or when it is durable. */
  timing: z.enum(['before', 'after']).optional(),
  script_path: z.string().min(1).max(1_000),
  /** An expression over `doc` and `old`; null takes it away. */
  filter: z.string().max(4_000).nullable().optional(),
  enabled: z.boolean().optional(),
  /** Several changes in one run. */
  batch: z.boolean().optional(),
  batch_size: z.number().int().min(1).max(1_000).optional(),
  concurrency: z.number().int().min(1).max(64).optional(),
  backoff_ms: z.number().int().min(1).max(86_400_000).optional(),
  queue: name.optional(),
};

const ALIASES = {
  id: 'trigger_id',
  triggerId: 'trigger_id',
  script: 'script_path',
  scriptPath: 'script_path',
  event: 'events',
  maxRetries: 'max_retries',
  batchSize: 'batch_size',
  runTimeoutMs: 'run_timeout_ms',
  backoffMs: 'backoff_ms',
};

/** One event may come bare. An empty filter is none. */
function shaped(fields: RequestFields): RequestFields {
  const { events, filter } = fields;
  const given: Value | undefined = typeof events === 'string' ? [events] : (events as Value | undefined);
  return {
    ...fields,
    ...(given !== undefined && { events: given }),
    ...(filter === '' && { filter: null }),
  };
}

const flattened = updateMembers(ALIASES);

/** Scripts that changes of documents set off. */
export const TRIGGER_COMMANDS = [
  defineCommand({
    name: 'list_triggers',
    access: READ,
    mode: 'read',
    summary: 'Lists the triggers of a database, newest first.',
    request: z.object({ ...everyCommand, database }),
    reply: z.array(trigger),
  }),
  defineCommand({
    name: 'list_collection_triggers',
    aliases: ['list_triggers_by_collection'],
    access: READ,
    mode: 'read',
    summary: 'Lists the triggers of a collection, newest first.',
    request: z.object({ ...everyCommand, database, collection: name }),
    reply: z.array(trigger),
  }),
  defineCommand({
    name: 'get_trigger',
    access: READ,
    mode: 'read',
    summary: 'Reads one trigger.',
    fieldAliases: ALIASES,
    request: z.object(onTrigger),
    reply: trigger,
  }),
  defineCommand({
    name: 'create_trigger',
    access: ADMIN,
    mode: 'write',
    summary: 'Has a script run before or after changes of a collection.',
    fieldAliases: ALIASES,
    prepare: shaped,
    request: z.object({ ...everyCommand, database, key: documentKey.optional(), ...triggerFields }),
    reply: trigger,
  }),
  defineCommand({
    name: 'update_trigger',
    access: ADMIN,
    mode: 'write',
    idempotent: true,
    summary: 'Changes what is named of a trigger.',
    fieldAliases: ALIASES,
    prepare: (fields) => shaped(flattened(fields)),
    request: z.object({ ...onTrigger, ...z.object(triggerFields).partial().shape }),
    reply: trigger,
  }),
  defineCommand({
    name: 'delete_trigger',
    access: ADMIN,
    mode: 'write',
    summary: 'Removes a trigger.',
    fieldAliases: ALIASES,
    request: z.object(onTrigger),
    reply: nothing,
  }),
  defineCommand({
    name: 'toggle_trigger',
    access: ADMIN,
    mode: 'write',
    summary: 'Switches a trigger on or off; to the other state when none is named.',
    fieldAliases: ALIASES,
    request: z.object({ ...onTrigger, enabled: z.boolean().optional() }),
    reply: trigger,
  }),
  defineCommand({
    name: 'list_trigger_runs',
    aliases: ['trigger_history'],
    access: READ,
    mode: 'read',
    summary:
      'What an after-trigger has done: its last runs, the changes that it could not be told of, how far it has come.',
    fieldAliases: ALIASES,
    request: z.object({ ...onTrigger, limit: count.default(50) }),
    reply: z.object({ runs: z.array(z.unknown()), failures: z.array(z.unknown()) }).loose(),
  }),
  defineCommand({
    name: 'retry_trigger_failures',
    access: ADMIN,
    mode: 'write',
    summary: 'Has an after-trigger told once more of the changes that it has put aside, the oldest first.',
    fieldAliases: ALIASES,
    request: z.object({ ...onTrigger, limit: count.default(100) }),
    reply: z.object({ told: z.number(), failed: z.number(), left: z.number() }),
  }),
] as const;
