import { CairnError, type Value } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';
import { altering } from '../altering.ts';

export const setCollectionRules = command('set_collection_rules', (fields, context) =>
  altering(fields, context, async (target) => {
    const { collection, read, write, delete: remove, hidden } = fields;
    if ([read, write, remove, hidden].every((rule) => rule === undefined)) throw noRules();
    const given: { [name: string]: Value } = { read: read ?? null, write: write ?? null, delete: remove ?? null };
    const rules = { ...given, hidden: hidden ?? null };
    return { status: 'ok', data: await context.engine.collections.setRules(target, collection, rules) };
  }),
);

/** A misspelt member is passed over like any unknown one, and must not leave a collection without the rules that were meant. */
function noRules(): CairnError {
  return new CairnError(
    'invalid_argument',
    'which rules? read, write, delete or hidden; delete_collection_rules takes them off',
  );
}
