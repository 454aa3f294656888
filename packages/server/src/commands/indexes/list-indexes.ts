import { command } from '../../runner/command.ts';
import { reading } from '../reading.ts';

export const listIndexes = command('list_indexes', (fields, context) =>
  reading(fields, context, (view) => ({
    status: 'ok',
    data: context.engine.collections.indexes(view, fields.collection),
  })),
);
