import { command } from '../../runner/command.ts';

export const truncateCollection = command('truncate_collection', async ({ database, collection }, { engine }) => {
  const count = await engine.database(database).truncateCollection(collection);
  return { status: 'ok', count };
});
