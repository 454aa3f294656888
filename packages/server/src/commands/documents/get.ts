import { command } from '../../runner/command.ts';
import { reading } from '../reading.ts';

export const getDocument = command('get', (fields, context) =>
  reading(fields, context, (view) => ({
    status: 'ok',
    data: context.engine.documents.get(view, fields.database, fields),
  })),
);
