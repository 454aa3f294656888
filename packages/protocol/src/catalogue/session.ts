import { z } from 'zod';
import { defineCommand } from './command-definition.ts';
import { everyCommand, requestId, text } from './fields.ts';

/** Who somebody is, and what concerns the connection itself. */
export const SESSION_COMMANDS = [
  defineCommand({
    name: 'auth',
    access: 'public',
    mode: 'session',
    idempotent: true,
    summary: 'Authenticates this connection by user and password, API key or session token.',
    request: z.object({
      ...everyCommand,
      database: text.default('_system'),
      username: text.default(''),
      password: text.default(''),
      api_key: text.optional(),
      token: text.optional(),
    }),
    reply: z.object({
      user: z.string(),
      roles: z.array(z.string()),
      databases: z.array(z.string()).nullable(),
      token: z.string(),
      server_version: z.string(),
    }),
  }),
  defineCommand({
    name: 'ping',
    access: 'public',
    mode: 'session',
    idempotent: true,
    summary: 'Answers `pong` and the time of the server.',
    request: z.object(everyCommand),
    reply: z.undefined(),
  }),
  defineCommand({
    name: 'get_current_user',
    access: 'authenticated',
    mode: 'read',
    summary: 'Says who this connection is, and its database.',
    request: z.object(everyCommand),
    reply: z.object({ user: z.string(), database: z.string().nullable(), roles: z.array(z.string()) }),
  }),
  defineCommand({
    name: 'get_current_user_permissions',
    aliases: ['get_my_permissions'],
    access: 'authenticated',
    mode: 'read',
    summary: 'Lists what this user may do, and where.',
    request: z.object(everyCommand),
    reply: z.array(z.object({ action: z.string(), scope: z.string(), database: z.string().nullish() })),
  }),
  defineCommand({
    name: 'cancel',
    access: 'authenticated',
    mode: 'session',
    idempotent: true,
    summary: 'Stops the request of this connection that was sent with the given `rid`.',
    request: z.object({ ...everyCommand, rid: requestId }),
    reply: z.object({ cancelled: z.boolean() }),
  }),
  defineCommand({
    name: 'server_status',
    access: { action: 'admin', scope: 'global' },
    mode: 'read',
    summary: 'Version, time since the start, memory, connections and what is going on.',
    request: z.object(everyCommand),
    reply: z.record(z.string(), z.unknown()),
  }),
] as const;
