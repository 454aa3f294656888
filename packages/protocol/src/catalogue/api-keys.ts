import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { type Access, defineCommand, type RequestFields } from './command-definition.ts';
import { anyValue, everyCommand, name, names, nothing, text } from './fields.ts';

const ADMIN: Access = { action: 'admin', scope: 'global' };
const key = z.object({ id: z.string(), name: z.string() }).loose();
const keyId = text.min(1).max(LIMITS.nameMaxLength);
/** ISO 8601, or milliseconds since 1970 (seconds where the number is too small for that). */
const moment = z.union([z.iso.datetime({ offset: true }), z.number().int().min(0).max(LIMITS.timeMaxMs)]);

/** Clients know the databases of a key under either name. */
function databasesOf(fields: RequestFields): RequestFields {
  return { ...fields, databases: fields.databases ?? fields.scoped_databases };
}

/** Keys for programs. */
export const API_KEY_COMMANDS = [
  defineCommand({
    name: 'list_api_keys',
    access: ADMIN,
    mode: 'read',
    summary: 'Lists the API keys, without the keys themselves.',
    request: z.object(everyCommand),
    reply: z.array(key),
  }),
  defineCommand({
    name: 'get_api_key',
    access: ADMIN,
    mode: 'read',
    summary: 'Shows one API key, without the key itself.',
    fieldAliases: { id: 'key_id' },
    request: z.object({ ...everyCommand, key_id: keyId }),
    reply: key,
  }),
  defineCommand({
    name: 'create_api_key',
    access: ADMIN,
    mode: 'write',
    summary: 'Makes an API key with rights of its own; the key is shown this once.',
    prepare: databasesOf,
    request: z.object({
      ...everyCommand,
      name,
      roles: names.optional(),
      permissions: z.array(anyValue).max(LIMITS.requestMaxMembers).optional(),
      databases: names.optional(),
      expires_at: moment.optional(),
    }),
    reply: key,
  }),
  defineCommand({
    name: 'regenerate_api_key',
    aliases: ['rotate_api_key'],
    access: ADMIN,
    mode: 'write',
    summary: 'Gives an API key a new text, shown this once; the old one ends at once.',
    fieldAliases: { id: 'key_id' },
    request: z.object({ ...everyCommand, key_id: keyId }),
    reply: key,
  }),
  defineCommand({
    name: 'delete_api_key',
    aliases: ['revoke_api_key'],
    access: ADMIN,
    mode: 'write',
    summary: 'Removes an API key; who uses it is out at the next request.',
    fieldAliases: { id: 'key_id' },
    request: z.object({ ...everyCommand, key_id: keyId }),
    reply: nothing,
  }),
] as const;
