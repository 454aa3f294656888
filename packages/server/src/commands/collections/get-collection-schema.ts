import { command } from '../../runner/command.ts';
import { reading } from '../reading.ts';

export const getCollectionSchema = command('get_collection_schema', (fields, context) =>
  reading(fields, context, (view) => ({
    status: 'ok',
    data: context.engine.collections.schema(view, fields.collection),
  })),
);
