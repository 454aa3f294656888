import { z } from 'zod';
import { type Access, defineCommand } from './command-definition.ts';
import { anyValue, count, database, documentKey, everyCommand, name, nothing, text } from './fields.ts';
import { runFields } from './jobs.ts';
import { updateMembers } from './update-members.ts';

const READ: Access = { action: 'read', scope: 'database' };
/** A cron job runs a script again and again whether somebody looks or not. */
const ADMIN: Access = { action: 'admin', scope: 'database' };

const cron_id = z.string().min(1).max(500);
const onCron = { ...everyCommand, database, cron_id };
const cron = z.object({ _key: z.string(), name: z.string(), cron_expression: z.string() }).loose();
const upcoming = z.number().int().min(1).max(1_000);
const title = z.string().min(1).max(500);

const cronFields = {
  ...runFields,
  name: title,
  /** Five fields, six with seconds in front, or a shorthand such as `@daily`. */
  cron_expression: z.string().max(1_000),
  script_path: z.string().min(1).max(1_000),
  /** IANA name. */
  timezone: z.string().max(100).optional(),
  params: anyValue.optional(),
  queue: name.optional(),
  enabled: z.boolean().optional(),
  /** What happens when the run before has not ended. */
  overlap: z.enum(['allow', 'skip', 'cancel']).optional(),
  /** What happens to runs that nobody could start. */
  missed: z.enum(['once', 'skip', 'all']).optional(),
  description: z.string().max(5_000).optional(),
};

const ALIASES = {
  id: 'cron_id',
  cronId: 'cron_id',
  schedule: 'cron_expression',
  expression: 'cron_expression',
  cronExpression: 'cron_expression',
  script: 'script_path',
  scriptPath: 'script_path',
  time_zone: 'timezone',
  timeZone: 'timezone',
  tz: 'timezone',
  maxRetries: 'max_retries',
  runTimeoutMs: 'run_timeout_ms',
};

/** Scripts that run by a schedule. */
export const CRON_COMMANDS = [
  defineCommand({
    name: 'list_cron_jobs',
    access: READ,
    mode: 'read',
    summary: 'Lists the cron jobs of a database.',
    request: z.object({ ...everyCommand, database }),
    reply: z.array(cron),
  }),
  defineCommand({
    name: 'get_cron_job',
    access: READ,
    mode: 'read',
    summary: 'Reads one cron job.',
    fieldAliases: ALIASES,
    request: z.object(onCron),
    reply: cron,
  }),
  defineCommand({
    name: 'create_cron_job',
    access: ADMIN,
    mode: 'write',
    summary: 'Has a script run by a schedule.',
    fieldAliases: ALIASES,
    request: z.object({ ...everyCommand, database, key: documentKey.optional(), ...cronFields }),
    reply: cron,
  }),
  defineCommand({
    name: 'update_cron_job',
    access: ADMIN,
    mode: 'write',
    idempotent: true,
    summary: 'Changes what is named of a cron job.',
    fieldAliases: ALIASES,
    prepare: updateMembers(ALIASES),
    request: z.object({ ...onCron, ...z.object(cronFields).partial().shape }),
    reply: cron,
  }),
  defineCommand({
    name: 'delete_cron_job',
    access: ADMIN,
    mode: 'write',
    summary: 'Removes a cron job; its runs stay as long as jobs are kept.',
    fieldAliases: ALIASES,
    request: z.object(onCron),
    reply: nothing,
  }),
  defineCommand({
    name: 'toggle_cron_job',
    access: ADMIN,
    mode: 'write',
    summary: 'Switches a cron job on or off; to the other state when none is named.',
    fieldAliases: ALIASES,
    request: z.object({ ...onCron, enabled: z.boolean().optional() }),
    reply: cron,
  }),
  defineCommand({
    name: 'run_cron_job',
    access: ADMIN,
    mode: 'write',
    summary: 'Starts a run of a cron job now.',
    fieldAliases: ALIASES,
    request: z.object(onCron),
    reply: z.object({ _key: z.string() }).loose(),
  }),
  defineCommand({
    name: 'next_cron_runs',
    access: READ,
    mode: 'read',
    summary: 'The next times of a cron job, or of an expression, as RFC 3339.',
    fieldAliases: ALIASES,
    request: z.object({
      ...everyCommand,
      database,
      cron_id: cron_id.optional(),
      cron_expression: text.optional(),
      timezone: z.string().max(100).optional(),
      count: upcoming.default(5),
    }),
    reply: z.array(z.string()),
  }),
  defineCommand({
    name: 'list_cron_runs',
    aliases: ['cron_history'],
    access: READ,
    mode: 'read',
    summary: 'The jobs of the last runs of a cron job, newest first.',
    fieldAliases: ALIASES,
    request: z.object({ ...onCron, limit: count.default(50) }),
    reply: z.array(z.object({ _key: z.string() }).loose()),
  }),
] as const;
