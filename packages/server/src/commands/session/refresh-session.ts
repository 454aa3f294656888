import { command } from '../../runner/command.ts';

export const refreshSession = command('refresh_session', async (_fields, { engine, session }) => {
  const { sessions } = engine.security;
  const { user, login } = session;
  const { token, claims } = login === undefined ? await sessions.begin(user) : await sessions.goOn({ user, ...login });
  const endsAtMs = login?.endsAtMs === undefined ? undefined : claims.expiresAtMs;
  session.authenticate(user, undefined, { ...claims, endsAtMs });
  return { status: 'ok', data: { token, expires_at: new Date(claims.expiresAtMs).toISOString() } };
});
