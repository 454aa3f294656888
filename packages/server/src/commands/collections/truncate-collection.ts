import { command } from '../../runner/command.ts';
import { altering } from '../altering.ts';

export const truncateCollection = command('truncate_collection', (fields, context) =>
  altering(fields, context, async (target) => {
    const count = await context.engine.collections.truncate(target, fields.collection);
    return { status: 'ok', count };
  }),
);
