import { CairnError } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';

export const changePassword = command('change_password', async (fields, { engine, session }) => {
  const { security } = engine;
  const user = fields.username ?? session.user;
  const isOwn = user === session.user;
  if (!isOwn && !session.rights.allowsGlobally('admin')) {
    throw new CairnError('permission_denied', `Forbidden: the password of '${user}' is not yours to change`);
  }
  // One's own needs the old one, so that a connection left open is not enough.
  const shown = isOwn ? session.credential : undefined;
  if (isOwn) await security.logIn(user, fields.old_password ?? '', session.address);
  const credential = await security.accounts.changePassword(user, fields.new_password, shown);
  // It ends all else that was begun with the old one, but not the connection on which it was changed.
  if (isOwn) session.authenticate(user, undefined, session.login, credential);
  return { status: 'ok' };
});
