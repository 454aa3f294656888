import { command } from '../../runner/command.ts';
import { reading } from '../reading.ts';

export const getCollectionRules = command('get_collection_rules', (fields, context) =>
  reading(fields, context, (view) => ({
    status: 'ok',
    data: context.engine.collections.rules(view, fields.collection),
  })),
);
