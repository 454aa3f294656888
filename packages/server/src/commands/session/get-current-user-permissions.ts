import { command } from '../../runner/command.ts';

export const getCurrentUserPermissions = command('get_current_user_permissions', (_fields, { session }) => ({
  status: 'ok',
  data: session.rights.list(),
}));
