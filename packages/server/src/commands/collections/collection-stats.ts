import { command } from '../../runner/command.ts';

export const collectionStats = command('collection_stats', ({ database, collection }, { engine }) => ({
  status: 'ok',
  data: engine.collections.statistics(engine.database(database), collection),
}));
