import { command } from '../../runner/command.ts';

export const rebuildIndexes = command('rebuild_indexes', async ({ database, collection }, { engine }) => ({
  status: 'ok',
  data: await engine.database(database).rebuildIndexes(collection),
}));
