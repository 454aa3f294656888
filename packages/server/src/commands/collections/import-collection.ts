import { CairnError, type FieldsOf, type RawValue } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';
import { insertModeOf } from '../insert-mode.ts';
import { writing } from '../writing.ts';
import { documentsOfText } from './import-text.ts';

export const importCollection = command('import_collection', (fields, context) => {
  const documents = documentsIn(fields);
  return writing(
    fields,
    context,
    (target) => context.engine.documents.insertMany(target, fields.collection, documents, insertModeOf(fields)),
    (count) => ({ status: 'ok', count, data: { count, imported: count } }),
  );
});

/** A list, or a text that is one when it is read by its format. */
function documentsIn({ documents, data, format }: FieldsOf<'import_collection'>): RawValue {
  if (documents !== undefined) return documents;
  const text = data?.decode();
  if (typeof text === 'string') return documentsOfText(text, format);
  throw new CairnError('invalid_argument', 'Deserialization failed: missing field `documents`', {
    variant: 'ProtocolError',
  });
}
