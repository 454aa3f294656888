import type { Value } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';
import { altering } from '../altering.ts';

export const setCollectionRules = command('set_collection_rules', (fields, context) =>
  altering(fields, context, async (target) => {
    const { collection, read, write, delete: remove, hidden } = fields;
    const given: { [name: string]: Value } = { read: read ?? null, write: write ?? null, delete: remove ?? null };
    const rules = { ...given, hidden: hidden ?? null };
    return { status: 'ok', data: await context.engine.collections.setRules(target, collection, rules) };
  }),
);
