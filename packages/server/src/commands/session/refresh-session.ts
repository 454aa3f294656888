import { command } from '../../runner/command.ts';

export const refreshSession = command('refresh_session', async (_fields, { engine, session }) => {
  const { sessions } = engine.security;
  const { user, login, credential = '' } = session;
  const issued = login === undefined ? sessions.begin(user, credential) : sessions.goOn({ user, credential, ...login });
  const { token, claims } = await issued;
  const endsAtMs = login?.endsAtMs === undefined ? undefined : claims.expiresAtMs;
  session.authenticate(user, undefined, { ...claims, endsAtMs }, claims.credential);
  return { status: 'ok', data: { token, expires_at: new Date(claims.expiresAtMs).toISOString() } };
});
