import { command } from '../../runner/command.ts';

export const deleteUser = command('delete_user', async ({ username }, { engine }) => {
  await engine.security.accounts.deleteUser(username);
  engine.forgetUser(username);
  return { status: 'ok' };
});
