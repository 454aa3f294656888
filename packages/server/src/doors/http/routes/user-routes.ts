import { CairnError, type ValueObject } from '@cairn/protocol/internal';
import { z } from 'zod';
import { dataOf } from '../route/reply-value.ts';
import { type CommandFields, type Route, route } from '../route/route.ts';
import { anyObject, fieldsOf, replyOf } from '../route/route-fields.ts';

const USERS = '/_api/auth/users';
const ROLES = `${USERS}/:username/roles`;
const ROLE = '/_api/auth/roles/:name';
const KEYS = '/_api/auth/api-keys';

const passwords = z.object({ current_password: z.string(), new_password: z.string() });
const wantedUser = fieldsOf('create_user').extend({ initial_role: z.string().optional() });
const wantedKey = fieldsOf('create_api_key').extend({ scoped_databases: z.array(z.string()).optional() });
const newKey = z.looseObject({ id: z.string(), name: z.string(), key: z.string() });

/** Users, roles, API keys, and one's own password. */
export const USER_ROUTES: readonly Route[] = [
  route(
    'PUT',
    '/_api/auth/password',
    'change_password',
    async ({ body, run }) => {
      const { current_password, new_password } = body;
      try {
        await run('change_password', { old_password: current_password, new_password });
      } catch (error) {
        throw isWrongPassword(error) ? new CairnError('invalid_argument', 'Current password is incorrect') : error;
      }
      return { json: { status: 'password_updated' } };
    },
    { body: passwords, reply: z.object({ status: z.string() }) },
  ),
  route('GET', '/_api/auth/roles', 'list_roles', async ({ run }) => ({ json: dataOf(await run('list_roles', {})) }), {
    reply: replyOf('list_roles'),
  }),
  route(
    'POST',
    '/_api/auth/roles',
    'create_role',
    async ({ body, run }) => {
      const { name, permissions, description } = body;
      return { status: 201, json: dataOf(await run('create_role', { name, permissions, description })) };
    },
    { body: fieldsOf('create_role'), reply: anyObject, status: 201 },
  ),
  route(
    'GET',
    ROLE,
    'get_role',
    async ({ params, run }) => ({
      json: dataOf(await run('get_role', { name: params.name })),
    }),
    { reply: anyObject },
  ),
  route(
    'PUT',
    ROLE,
    'update_role',
    async ({ params, body, run }) => {
      const { permissions, description } = body;
      return { json: dataOf(await run('update_role', { name: params.name, permissions, description })) };
    },
    { body: fieldsOf('update_role', ['name']), reply: anyObject },
  ),
  route(
    'DELETE',
    ROLE,
    'delete_role',
    async ({ params, run }) => {
      await run('delete_role', { name: params.name });
      return { status: 204 };
    },
    {},
  ),
  route('GET', KEYS, 'list_api_keys', async ({ run }) => ({ json: { keys: dataOf(await run('list_api_keys', {})) } }), {
    reply: z.object({ keys: replyOf('list_api_keys') }),
  }),
  route(
    'POST',
    KEYS,
    'create_api_key',
    async ({ body, run }) => ({
      json: dataOf(await run('create_api_key', { ...body, roles: keyRoles(body) })),
    }),
    { body: wantedKey, reply: newKey },
  ),
  route(
    'POST',
    `${KEYS}/:key_id/rotate`,
    'regenerate_api_key',
    async ({ params, run }) => ({
      json: dataOf(await run('regenerate_api_key', { key_id: params.key_id })),
    }),
    { reply: newKey },
  ),
  route(
    'DELETE',
    `${KEYS}/:key_id`,
    'delete_api_key',
    async ({ params, run }) => {
      await run('delete_api_key', { key_id: params.key_id });
      return { json: { deleted: true } };
    },
    { reply: z.object({ deleted: z.boolean() }) },
  ),
  route('GET', USERS, 'list_users', async ({ run }) => ({ json: { users: dataOf(await run('list_users', {})) } }), {
    reply: z.object({ users: replyOf('list_users') }),
  }),
  route(
    'POST',
    USERS,
    'create_user',
    async ({ body, run }) => {
      const { username, password, initial_role, roles } = body;
      const wanted = initial_role === undefined || initial_role === null ? roles : [initial_role];
      return { status: 201, json: dataOf(await run('create_user', { username, password, roles: wanted })) };
    },
    { body: wantedUser, reply: anyObject, status: 201 },
  ),
  route(
    'DELETE',
    `${USERS}/:username`,
    'delete_user',
    async ({ params, run }) => {
      await run('delete_user', { username: params.username });
      return { status: 204 };
    },
    {},
  ),
  route(
    'GET',
    ROLES,
    'get_user_roles',
    async ({ params, run }) => ({
      json: dataOf(await run('get_user_roles', { username: params.username })),
    }),
    { reply: replyOf('get_user_roles') },
  ),
  route(
    'POST',
    ROLES,
    'assign_role',
    async ({ params, body, run }) => {
      const { role, database } = body;
      const { username } = params;
      const present = dataOf(await run('get_user_roles', { username })) as ValueObject[];
      if (present.some((one) => one.role === role && (one.database ?? null) === (database ?? null))) {
        throw new CairnError('already_exists', `User '${username}' has the role '${String(role)}' already`);
      }
      const given = await run('assign_role', { username, role, database });
      return { status: 201, json: dataOf(given) as ValueObject };
    },
    {
      body: fieldsOf('assign_role', ['username']).extend({ database: z.string().optional() }),
      reply: anyObject,
      status: 201,
    },
  ),
  route(
    'DELETE',
    `${ROLES}/:role`,
    'revoke_role',
    async ({ params, query, run }) => {
      await run('revoke_role', { username: params.username, role: params.role, database: query.database });
      return { status: 204 };
    },
    { query: z.object({ database: z.string().optional() }) },
  ),
];

/** A key of which nothing is said but its name may do what those may who make keys: so clients of this route know it. */
function keyRoles({ roles, permissions }: CommandFields): CommandFields[string] {
  return (roles ?? permissions ?? undefined) === undefined ? ['admin'] : roles;
}

/** Who asks has shown who he is: what is wrong is a field of his request. */
function isWrongPassword(error: unknown): boolean {
  return error instanceof CairnError && error.code === 'unauthenticated';
}
