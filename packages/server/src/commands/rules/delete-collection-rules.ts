import { command } from '../../runner/command.ts';
import { altering } from '../altering.ts';

export const deleteCollectionRules = command('delete_collection_rules', (fields, context) =>
  altering(fields, context, async (target) => {
    await context.engine.collections.removeRules(target, fields.collection);
    return { status: 'ok' };
  }),
);
