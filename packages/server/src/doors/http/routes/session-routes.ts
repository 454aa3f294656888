import type { ValueObject } from '@cairn/protocol/internal';
import { z } from 'zod';
import { dataOf } from '../route/reply-value.ts';
import { type Route, route } from '../route/route.ts';
import { replyOf } from '../route/route-fields.ts';

const login = z.object({ username: z.string(), password: z.string() });
const caller = z.object({ username: z.string(), roles: z.array(z.string()), permissions: z.array(z.unknown()) });

/** Who the caller is. Logging in is the one route besides health that nobody has to be authenticated for. */
export const SESSION_ROUTES: readonly Route[] = [
  route(
    'POST',
    '/auth/login',
    'auth',
    async ({ body, run }) => {
      const { username = '', password = '' } = body;
      const { token } = dataOf(await run('auth', { username, password })) as ValueObject;
      return { json: { token } };
    },
    { summary: 'Answers a token for a user and his password.', body: login, reply: z.object({ token: z.string() }) },
  ),
  route(
    'POST',
    '/_api/auth/refresh',
    'refresh_session',
    async ({ run }) => ({ json: dataOf(await run('refresh_session', {})) }),
    { reply: replyOf('refresh_session') },
  ),
  route(
    'POST',
    '/_api/auth/logout',
    'logout',
    async ({ run }) => {
      await run('logout', {});
      return { status: 204 };
    },
    { status: 204 },
  ),
  route(
    'POST',
    '/_api/auth/revoke',
    'revoke_sessions',
    async ({ body, run }) => {
      await run('revoke_sessions', { username: body.username });
      return { status: 204 };
    },
    { body: z.object({ username: z.string().optional() }), status: 204 },
  ),
  route(
    'GET',
    '/_api/auth/me',
    'get_current_user',
    async ({ run }) => {
      const { user, roles } = dataOf(await run('get_current_user', {})) as ValueObject;
      const permissions = dataOf(await run('get_current_user_permissions', {}));
      return { json: { username: user, roles, permissions } };
    },
    { reply: caller },
  ),
  route(
    'GET',
    '/_api/auth/me/permissions',
    'get_current_user_permissions',
    async ({ run }) => ({
      json: dataOf(await run('get_current_user_permissions', {})),
    }),
    { reply: replyOf('get_current_user_permissions') },
  ),
];
