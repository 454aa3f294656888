import { command } from '../../runner/command.ts';
import { reading } from '../reading.ts';

export const listCollections = command('list_collections', (fields, context) =>
  reading(fields, context, (view) => ({
    status: 'ok',
    data: context.engine.collections
      .names(view)
      .filter((name) => context.session.rights.allowsOn(fields.database, name, 'read')),
  })),
);
