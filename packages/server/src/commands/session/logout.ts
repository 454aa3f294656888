import { command } from '../../runner/command.ts';

export const logout = command('logout', async (_fields, { engine, session }) => {
  const { user, login } = session;
  if (login !== undefined) await engine.security.sessions.end({ user, sessionId: login.sessionId });
  session.logOut();
  return { status: 'ok' };
});
