import { z } from 'zod';
import { type Access, defineCommand } from './command-definition.ts';
import { everyCommand, name, names, nothing, text } from './fields.ts';

const ADMIN: Access = { action: 'admin', scope: 'global' };
const user = z.record(z.string(), z.unknown());

/** Users and the roles they have. */
export const USER_COMMANDS = [
  defineCommand({
    name: 'list_users',
    access: ADMIN,
    mode: 'read',
    summary: 'Lists the users.',
    request: z.object(everyCommand),
    reply: z.array(user),
  }),
  defineCommand({
    name: 'get_user',
    access: ADMIN,
    mode: 'read',
    summary: 'Shows one user.',
    request: z.object({ ...everyCommand, username: name }),
    reply: user,
  }),
  defineCommand({
    name: 'create_user',
    access: ADMIN,
    mode: 'write',
    summary: 'Creates a user.',
    request: z.object({ ...everyCommand, username: name, password: text, roles: names.default([]) }),
    reply: user,
  }),
  defineCommand({
    name: 'delete_user',
    access: ADMIN,
    mode: 'write',
    summary: 'Removes a user.',
    request: z.object({ ...everyCommand, username: name }),
    reply: nothing,
  }),
  defineCommand({
    name: 'change_password',
    access: 'authenticated',
    mode: 'write',
    summary: 'Changes one’s own password; an admin may change another’s without the old one.',
    fieldAliases: { current_password: 'old_password' },
    request: z.object({
      ...everyCommand,
      username: name.optional(),
      old_password: text.optional(),
      new_password: text,
    }),
    reply: nothing,
  }),
  defineCommand({
    name: 'list_roles',
    access: ADMIN,
    mode: 'read',
    summary: 'Lists the roles.',
    request: z.object(everyCommand),
    reply: z.array(z.record(z.string(), z.unknown())),
  }),
  defineCommand({
    name: 'get_user_roles',
    access: ADMIN,
    mode: 'read',
    summary: 'Lists the roles that a user has, and where.',
    request: z.object({ ...everyCommand, username: name }),
    reply: z.array(z.record(z.string(), z.unknown())),
  }),
  defineCommand({
    name: 'assign_role',
    access: ADMIN,
    mode: 'write',
    idempotent: true,
    summary: 'Gives a user a role, everywhere or in one database.',
    fieldAliases: { role_name: 'role' },
    request: z.object({ ...everyCommand, username: name, role: name, database: name.optional() }),
    reply: z.record(z.string(), z.unknown()),
  }),
  defineCommand({
    name: 'revoke_role',
    access: ADMIN,
    mode: 'write',
    summary: 'Takes a role from a user.',
    fieldAliases: { role_name: 'role' },
    request: z.object({ ...everyCommand, username: name, role: name, database: name.optional() }),
    reply: nothing,
  }),
] as const;
