import { command } from '../../runner/command.ts';
import { writing } from '../writing.ts';
import { changedReply } from './changed-reply.ts';

export const replaceDocument = command(
  'replace',
  (fields, context) => {
    const options = { merge: false, ifRevision: fields.if_rev, returnOld: fields.return_old };
    return writing(
      fields,
      context,
      (target) => context.engine.documents.update(target, fields, fields.document, options),
      (change, lsn) => changedReply(change, lsn, fields.return_old),
    );
  },
  { overlaps: true },
);
