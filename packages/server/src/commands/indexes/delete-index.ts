import { command } from '../../runner/command.ts';

export const deleteIndex = command('delete_index', async ({ database, collection, name }, { engine }) => {
  await engine.collections.dropIndex(engine.database(database), collection, name);
  return { status: 'ok' };
});
