import { command } from '../../runner/command.ts';

export const createUser = command('create_user', async ({ username, password, roles }, { engine, session }) => ({
  status: 'ok',
  data: await engine.security.accounts.createUser(username, password, roles, session.user),
}));
