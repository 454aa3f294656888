import { command } from '../../runner/command.ts';

export const revokeRole = command('revoke_role', async ({ username, role, database }, { engine }) => {
  await engine.security.accounts.revokeRole(username, role, database);
  return { status: 'ok' };
});
