import { command } from '../../runner/command.ts';

export const getUser = command('get_user', ({ username }, { engine }) => ({
  status: 'ok',
  data: engine.security.accounts.showUser(username),
}));
