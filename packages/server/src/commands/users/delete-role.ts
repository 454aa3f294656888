import { command } from '../../runner/command.ts';

export const deleteRole = command('delete_role', async ({ name }, { engine }) => {
  await engine.security.deleteRole(name);
  return { status: 'ok' };
});
