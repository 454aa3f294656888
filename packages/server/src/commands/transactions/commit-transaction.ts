import { command } from '../../runner/command.ts';
import { requireCommit } from '../../security/rights/commit-permission.ts';
import { withoutOwner } from '../../security/rights/rules/write-guard.ts';
import { acknowledged } from '../acknowledged.ts';

export const commitTransaction = command('commit_transaction', async (fields, { engine, session }) => {
  let isBound = false;
  try {
    const { lsn, database } = await engine.transactions.commit(fields.tx_id, session.user, {
      depth: session.depth,
      // Rights may have been withdrawn since the transaction wrote.
      check: ({ transaction, database }) => {
        const subject = session.subject(database.name);
        isBound = !subject.isExemptEverywhere;
        const newest = database.snapshot();
        try {
          requireCommit(transaction, { rights: session.rights, subject, newest });
        } finally {
          newest.release();
        }
      },
    });
    return acknowledged({ status: 'ok', lsn }, database);
  } catch (error) {
    // A serializable transaction may have lost against a document that its user is not shown.
    throw isBound ? withoutOwner(error) : error;
  }
});
