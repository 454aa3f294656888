import { command } from '../../runner/command.ts';
import { altering } from '../altering.ts';

export const createIndex = command('create_index', (fields, context) =>
  altering(fields, context, async (target) => {
    const data = await context.engine.collections.createIndex(target, fields.collection, fields);
    return { status: 'ok', data };
  }),
);
