import { command } from '../../runner/command.ts';

export const deleteCollectionSchema = command('delete_collection_schema', async (fields, { engine }) => {
  await engine.collections.removeSchema(engine.database(fields.database), fields.collection);
  return { status: 'ok' };
});
