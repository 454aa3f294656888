import { command } from '../../runner/command.ts';

export const listIndexes = command('list_indexes', ({ database, collection }, { engine }) => ({
  status: 'ok',
  data: engine.collections.indexes(engine.database(database), collection),
}));
