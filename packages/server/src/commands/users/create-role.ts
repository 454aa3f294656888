import { command } from '../../runner/command.ts';

export const createRole = command('create_role', async ({ name, permissions, description }, { engine }) => ({
  status: 'ok',
  data: await engine.security.roles.create(name, permissions, description),
}));
