import { command } from '../../runner/command.ts';

export const listCollections = command('list_collections', ({ database }, { engine }) => ({
  status: 'ok',
  data: engine.collections.names(engine.database(database)),
}));
