import { command } from '../../runner/command.ts';

export const createCollection = command('create_collection', async ({ database, name, type }, { engine }) => {
  await engine.collections.create(engine.database(database), name, type);
  return { status: 'ok' };
});
