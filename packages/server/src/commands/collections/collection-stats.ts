import { command } from '../../runner/command.ts';
import { reading } from '../reading.ts';

export const collectionStats = command('collection_stats', (fields, context) =>
  reading(fields, context, (view) => ({
    status: 'ok',
    data: context.engine.collections.statistics(view, fields.database, fields.collection),
  })),
);
