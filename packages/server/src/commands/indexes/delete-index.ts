import { command } from '../../runner/command.ts';
import { altering } from '../altering.ts';

export const deleteIndex = command('delete_index', (fields, context) =>
  altering(fields, context, async (target) => {
    await context.engine.collections.dropIndex(target, fields.collection, fields.name);
    return { status: 'ok' };
  }),
);
