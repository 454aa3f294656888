import { command } from '../../runner/command.ts';

export const setCollectionSchema = command('set_collection_schema', async (fields, { engine }) => {
  await engine.collections.setSchema(engine.database(fields.database), fields.collection, fields.schema);
  return { status: 'ok' };
});
