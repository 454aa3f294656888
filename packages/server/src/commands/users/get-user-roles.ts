import { command } from '../../runner/command.ts';

export const getUserRoles = command('get_user_roles', ({ username }, { engine }) => ({
  status: 'ok',
  data: engine.security.accounts.listAssignments(username),
}));
