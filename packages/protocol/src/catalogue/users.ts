import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { type Access, defineCommand } from './command-definition.ts';
import { anyValue, everyCommand, name, names, nothing, text } from './fields.ts';

const ADMIN: Access = { action: 'admin', scope: 'global' };
const user = z.record(z.string(), z.unknown());
const role = z.record(z.string(), z.unknown());
/** Lines of a role: texts such as `read:shop/orders`, or objects. The server says which line is none. */
const permissions = z.array(anyValue).max(LIMITS.requestMaxMembers);

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
    audited: true,
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
    name: 'get_role',
    access: ADMIN,
    mode: 'read',
    summary: 'Shows one role.',
    fieldAliases: { role: 'name', role_name: 'name' },
    request: z.object({ ...everyCommand, name }),
    reply: role,
  }),
  defineCommand({
    name: 'create_role',
    access: ADMIN,
    mode: 'write',
    summary: 'Makes a role of permissions: who may do what, and where.',
    fieldAliases: { role: 'name', role_name: 'name' },
    request: z.object({ ...everyCommand, name, permissions: permissions.default([]), description: text.optional() }),
    reply: role,
  }),
  defineCommand({
    name: 'update_role',
    access: ADMIN,
    mode: 'write',
    idempotent: true,
    summary: 'Changes what a role permits, at once and for everybody who has it.',
    fieldAliases: { role: 'name', role_name: 'name' },
    request: z.object({ ...everyCommand, name, permissions: permissions.optional(), description: text.optional() }),
    reply: role,
  }),
  defineCommand({
    name: 'delete_role',
    access: ADMIN,
    mode: 'write',
    summary: 'Takes a role from everybody who has it and removes it.',
    fieldAliases: { role: 'name', role_name: 'name' },
    request: z.object({ ...everyCommand, name }),
    reply: nothing,
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
