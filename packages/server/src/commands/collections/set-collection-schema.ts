import { command } from '../../runner/command.ts';
import { altering } from '../altering.ts';

export const setCollectionSchema = command('set_collection_schema', (fields, context) =>
  altering(fields, context, async (target) => {
    await context.engine.collections.setSchema(target, fields.collection, fields.schema);
    return { status: 'ok' };
  }),
);
