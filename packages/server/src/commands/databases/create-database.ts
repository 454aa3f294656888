import { command } from '../../runner/command.ts';

export const createDatabase = command('create_database', async ({ name }, { engine }) => {
  await engine.createDatabase(name);
  return { status: 'ok' };
});
