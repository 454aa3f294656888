import { command } from '../../runner/command.ts';
import { altering } from '../altering.ts';

export const compactCollection = command('compact_collection', (fields, context) =>
  altering(fields, context, async (target) => {
    await context.engine.collections.compact(target, fields.collection);
    return { status: 'ok' };
  }),
);
