import { CairnError } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';
import { insertModeOf } from '../insert-mode.ts';
import { writing } from '../writing.ts';

export const importCollection = command('import_collection', (fields, context) => {
  const { documents } = fields;
  if (documents === undefined) {
    throw new CairnError('invalid_argument', 'Deserialization failed: missing field `documents`', {
      variant: 'ProtocolError',
    });
  }
  return writing(
    fields,
    context,
    (target) => context.engine.documents.insertMany(target, fields.collection, documents, insertModeOf(fields)),
    (count) => ({ status: 'ok', count, data: { count, imported: count } }),
  );
});
