import { command } from '../../runner/command.ts';
import { writing } from '../writing.ts';
import { removedReply } from './changed-reply.ts';

export const deleteDocument = command(
  'delete',
  (fields, context) => {
    const options = { ifRevision: fields.if_rev, returnOld: fields.return_old };
    return writing(
      fields,
      context,
      (target) => context.engine.documents.remove(target, fields, options),
      (change, lsn) => (fields.return_old === true ? removedReply(change, lsn) : { status: 'ok', lsn }),
    );
  },
  { overlaps: true },
);
