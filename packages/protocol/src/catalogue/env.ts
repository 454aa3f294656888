import { z } from 'zod';
import { type Access, defineCommand } from './command-definition.ts';
import { anyValue, database, everyCommand, name, nothing, valueMap } from './fields.ts';

/** Values are secrets more often than not. */
const SECRETS: Access = { action: 'admin', scope: 'database' };

/** Variables that the scripts of a database see. */
export const ENV_COMMANDS = [
  defineCommand({
    name: 'list_env_vars',
    access: SECRETS,
    mode: 'read',
    summary: 'Lists the environment variables of a database.',
    request: z.object({ ...everyCommand, database }),
    reply: z.record(z.string(), z.string()),
  }),
  defineCommand({
    name: 'get_env_var',
    access: SECRETS,
    mode: 'read',
    summary: 'Shows an environment variable; null when there is none.',
    request: z.object({ ...everyCommand, database, key: name }),
    reply: z.string().nullable(),
  }),
  defineCommand({
    name: 'set_env_var',
    access: SECRETS,
    mode: 'write',
    idempotent: true,
    summary: 'Sets an environment variable; what is no text is kept as JSON.',
    request: z.object({ ...everyCommand, database, key: name, value: anyValue }),
    reply: nothing,
  }),
  defineCommand({
    name: 'set_env_vars_bulk',
    access: SECRETS,
    mode: 'write',
    idempotent: true,
    summary: 'Sets many environment variables at once.',
    request: z.object({ ...everyCommand, database, vars: valueMap }),
    reply: nothing,
  }),
  defineCommand({
    name: 'delete_env_var',
    access: SECRETS,
    mode: 'write',
    summary: 'Removes an environment variable.',
    request: z.object({ ...everyCommand, database, key: name }),
    reply: nothing,
  }),
] as const;
