import { command } from '../../runner/command.ts';
import { altering } from '../altering.ts';

export const deleteCollectionSchema = command('delete_collection_schema', (fields, context) =>
  altering(fields, context, async (target) => {
    await context.engine.collections.removeSchema(target, fields.collection);
    return { status: 'ok' };
  }),
);
