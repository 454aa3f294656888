import { z } from 'zod';
import { type Access, defineCommand } from './command-definition.ts';
import { anyValue, count, everyCommand, name, text } from './fields.ts';

const SERVER_ADMIN: Access = { action: 'admin', scope: 'global' };
/** Entries of the audit log in one reply. */
const PAGE_MAX = 1_000;

const auditEntry = z
  .object({ seq: z.number(), time: z.string(), user: z.string().nullable(), action: z.string(), hash: z.string() })
  .loose();

/** What goes on in the server, what has gone on, and what may be changed while it runs. */
export const OBSERVABILITY_COMMANDS = [
  defineCommand({
    name: 'list_running',
    access: 'authenticated',
    mode: 'read',
    summary: 'Lists the requests under way: those of this user, or of all users for an administrator.',
    request: z.object(everyCommand),
    reply: z.array(z.object({ id: z.number(), command: z.string(), elapsed_ms: z.number() }).loose()),
  }),
  defineCommand({
    name: 'kill_running',
    access: 'authenticated',
    mode: 'session',
    idempotent: false,
    audited: false,
    summary: 'Stops a request under way by its id: one of this user, or anybody’s for an administrator.',
    request: z.object({ ...everyCommand, id: count }),
    reply: z.object({ killed: z.boolean() }),
  }),
  defineCommand({
    name: 'list_audit',
    access: SERVER_ADMIN,
    mode: 'read',
    summary: 'Shows the audit log: the entries after one, or the newest, of a user, an action or a database.',
    request: z.object({
      ...everyCommand,
      after: count.optional(),
      last: count.optional(),
      limit: z.number().int().min(1).max(PAGE_MAX).default(100),
      user: text.optional(),
      action: text.optional(),
      database: name.optional(),
    }),
    reply: z.object({ entries: z.array(auditEntry), next: z.number().nullable() }),
  }),
  defineCommand({
    name: 'verify_audit',
    access: SERVER_ADMIN,
    mode: 'read',
    summary: 'Follows the chain of the audit log and says where it is broken.',
    request: z.object({
      ...everyCommand,
      expect: z
        .array(z.object({ seq: count, hash: text }))
        .max(100)
        .default([]),
    }),
    reply: z.object({
      sound: z.boolean(),
      entries: z.number(),
      head: z.object({ seq: z.number(), hash: z.string() }).nullable(),
      problem: z.string().nullable(),
    }),
  }),
  defineCommand({
    name: 'get_settings',
    access: SERVER_ADMIN,
    mode: 'read',
    summary: 'Shows the settings in effect, save for secrets, and which of them may be changed while the server runs.',
    request: z.object(everyCommand),
    reply: z.array(z.object({ name: z.string(), value: z.unknown(), changeable: z.boolean() }).loose()),
  }),
  defineCommand({
    name: 'set_setting',
    access: SERVER_ADMIN,
    mode: 'session',
    idempotent: true,
    summary: 'Changes a setting until the server stops: `slowQueryMs`, `auditLogins`.',
    request: z.object({ ...everyCommand, name, value: anyValue }),
    reply: z.object({ name: z.string(), value: z.unknown() }),
  }),
] as const;
