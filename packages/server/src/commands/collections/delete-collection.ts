import { command } from '../../runner/command.ts';
import { altering } from '../altering.ts';

export const deleteCollection = command('delete_collection', (fields, context) =>
  altering(fields, context, async (target) => {
    await context.engine.collections.drop(target, fields.name);
    return { status: 'ok' };
  }),
);
