import { command } from '../../runner/command.ts';
import { reading } from '../reading.ts';

export const recountCollection = command('recount_collection', (fields, context) =>
  reading(fields, context, (view) => {
    const count = context.engine.collections.recount(view, fields.collection);
    return { status: 'ok', count, data: { count } };
  }),
);
