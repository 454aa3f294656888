import { command } from '../../runner/command.ts';
import { requireCommit } from '../../security/rights/commit-permission.ts';
import { acknowledged } from '../acknowledged.ts';

export const commitTransaction = command('commit_transaction', async (fields, { engine, session }) => {
  const { lsn, database } = await engine.transactions.commit(fields.tx_id, session.user, {
    depth: session.depth,
    // Rights may have been withdrawn since the transaction wrote.
    check: ({ transaction, database }) => {
      const newest = database.snapshot();
      try {
        requireCommit(transaction, { rights: session.rights, subject: session.subject(database.name), newest });
      } finally {
        newest.release();
      }
    },
  });
  return acknowledged({ status: 'ok', lsn }, database);
});
