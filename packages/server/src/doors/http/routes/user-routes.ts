import type { ValueObject } from '@cairn/protocol/internal';
import { dataOf } from '../reply-value.ts';
import { type Route, route } from '../route.ts';

const USERS = '/_api/auth/users';
const ROLES = `${USERS}/:username/roles`;

/** Users, the roles that they have, and one's own password. */
export const USER_ROUTES: readonly Route[] = [
  route('PUT', '/_api/auth/password', 'change_password', async ({ body, run }) => {
    const { current_password, new_password } = body;
    await run('change_password', { old_password: current_password, new_password });
    return { json: { status: 'password_updated' } };
  }),
  route('GET', '/_api/auth/roles', 'list_roles', async ({ run }) => ({ json: dataOf(await run('list_roles', {})) })),
  route('GET', USERS, 'list_users', async ({ run }) => ({ json: { users: dataOf(await run('list_users', {})) } })),
  route('POST', USERS, 'create_user', async ({ body, run }) => {
    const { username, password, initial_role, roles } = body;
    const wanted = initial_role === undefined || initial_role === null ? roles : [initial_role];
    return { status: 201, json: dataOf(await run('create_user', { username, password, roles: wanted })) };
  }),
  route('DELETE', `${USERS}/:username`, 'delete_user', async ({ params, run }) => {
    await run('delete_user', { username: params.username });
    return { status: 204 };
  }),
  route('GET', ROLES, 'get_user_roles', async ({ params, run }) => ({
    json: dataOf(await run('get_user_roles', { username: params.username })),
  })),
  route('POST', ROLES, 'assign_role', async ({ params, body, run }) => {
    const { role, database } = body;
    const given = await run('assign_role', { username: params.username, role, database });
    return { status: 201, json: dataOf(given) as ValueObject };
  }),
  route('DELETE', `${ROLES}/:role`, 'revoke_role', async ({ params, query, run }) => {
    await run('revoke_role', { username: params.username, role: params.role, database: query.database });
    return { status: 204 };
  }),
];
