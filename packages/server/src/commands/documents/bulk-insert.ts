import { command } from '../../runner/command.ts';
import { insertModeOf } from '../insert-mode.ts';
import { writing } from '../writing.ts';

export const bulkInsert = command(
  'bulk_insert',
  (fields, context) =>
    writing(
      fields,
      context,
      (target) =>
        context.engine.documents.insertMany(target, fields.collection, fields.documents, insertModeOf(fields)),
      (count, lsn) => ({ status: 'ok', count, data: { count }, lsn }),
    ),
  { overlaps: true },
);
