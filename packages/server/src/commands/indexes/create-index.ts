import { command } from '../../runner/command.ts';

export const createIndex = command('create_index', async (fields, { engine }) => ({
  status: 'ok',
  data: await engine.collections.createIndex(engine.database(fields.database), fields.collection, fields),
}));
