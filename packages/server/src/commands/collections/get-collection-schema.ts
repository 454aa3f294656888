import { command } from '../../runner/command.ts';

export const getCollectionSchema = command('get_collection_schema', ({ database, collection }, { engine }) => ({
  status: 'ok',
  data: engine.collections.schema(engine.database(database), collection),
}));
