import { command } from '../../runner/command.ts';
import { insertModeOf } from '../insert-mode.ts';
import { writing } from '../writing.ts';
import { changedReply } from './changed-reply.ts';

export const insertDocument = command(
  'insert',
  (fields, context) => {
    const options = { mode: insertModeOf(fields), returnOld: fields.return_old };
    return writing(
      fields,
      context,
      (target) => context.engine.documents.insert(target, fields, fields.document, options),
      (change, lsn) => changedReply(change, lsn, fields.return_old),
    );
  },
  { overlaps: true },
);
