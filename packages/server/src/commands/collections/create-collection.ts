import { command } from '../../runner/command.ts';
import { altering } from '../altering.ts';

export const createCollection = command('create_collection', (fields, context) =>
  altering(fields, context, async (target) => {
    await context.engine.collections.create(target, fields.name, fields.type);
    return { status: 'ok' };
  }),
);
