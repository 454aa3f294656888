import { CairnError } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';

export const revokeSessions = command('revoke_sessions', async (fields, { engine, session }) => {
  const user = fields.username ?? session.user;
  const isOwn = user === session.user;
  if (!isOwn && !session.rights.allowsGlobally('admin')) {
    throw new CairnError('permission_denied', `Forbidden: the sessions of '${user}' are not yours to end`);
  }
  const credential = await engine.security.accounts.endSessions(user, isOwn ? session.credential : undefined);
  // Whoever asks has just shown who he is, and may want to go on.
  if (isOwn) session.authenticate(user, undefined, session.login, credential);
  return { status: 'ok' };
});
