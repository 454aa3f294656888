import { command } from '../../runner/command.ts';

export const compactCollection = command('compact_collection', async ({ database, collection }, { engine }) => {
  await engine.collections.compact(engine.database(database), collection);
  return { status: 'ok' };
});
