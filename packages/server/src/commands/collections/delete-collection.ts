import { command } from '../../runner/command.ts';

export const deleteCollection = command('delete_collection', async ({ database, name }, { engine }) => {
  await engine.database(database).dropCollection(name);
  return { status: 'ok' };
});
