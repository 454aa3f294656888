import { command } from '../../runner/command.ts';

export const updateRole = command('update_role', async ({ name, permissions, description }, { engine }) => ({
  status: 'ok',
  data: await engine.security.roles.update(name, { permissions, description }),
}));
