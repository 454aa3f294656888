import { command } from '../../runner/command.ts';

export const deleteDatabase = command('delete_database', async ({ name }, { engine }) => {
  await engine.dropDatabase(name);
  return { status: 'ok' };
});
