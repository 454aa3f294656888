import type { ValueObject } from '@cairn/protocol/internal';
import { dataOf } from '../reply-value.ts';
import { type Route, route } from '../route.ts';

/** Who the caller is. Logging in is the one route besides health that nobody has to be authenticated for. */
export const SESSION_ROUTES: readonly Route[] = [
  route('POST', '/auth/login', 'auth', async ({ body, run }) => {
    const { username = '', password = '' } = body;
    const { token } = dataOf(await run('auth', { username, password })) as ValueObject;
    return { json: { token } };
  }),
  route('GET', '/_api/auth/me', 'get_current_user', async ({ run }) => {
    const { user, roles } = dataOf(await run('get_current_user', {})) as ValueObject;
    const permissions = dataOf(await run('get_current_user_permissions', {}));
    return { json: { username: user, roles, permissions } };
  }),
  route('GET', '/_api/auth/me/permissions', 'get_current_user_permissions', async ({ run }) => ({
    json: dataOf(await run('get_current_user_permissions', {})),
  })),
];
