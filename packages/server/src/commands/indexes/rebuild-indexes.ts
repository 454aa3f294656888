import { command } from '../../runner/command.ts';
import { altering } from '../altering.ts';

export const rebuildIndexes = command('rebuild_indexes', (fields, context) =>
  altering(fields, context, async (target) => {
    const data = await context.engine.collections.rebuildIndexes(target, fields.collection);
    return { status: 'ok', data };
  }),
);
