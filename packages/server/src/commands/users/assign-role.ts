import { command } from '../../runner/command.ts';

export const assignRole = command('assign_role', async ({ username, role, database }, { engine, session }) => ({
  status: 'ok',
  data: await engine.security.accounts.assignRole(username, role, database, session.user),
}));
