import type { Reply } from '@cairn/protocol/internal';
import type { WriteTarget } from '../engine/documents/documents.ts';
import { atomicStatement } from '../engine/transactions/statement.ts';
import type { CommandContext } from '../runner/command.ts';

/** Changes what a database is made of: at once, or inside the transaction that the request names. */
export function altering(
  fields: { readonly database: string; readonly tx_id?: string },
  { engine, session }: CommandContext,
  alter: (target: WriteTarget) => Promise<Reply>,
): Reply | Promise<Reply> {
  const { user, depth } = session;
  const subject = session.subject(fields.database);
  if (fields.tx_id === undefined) return alter({ database: engine.database(fields.database), user, depth, subject });
  return engine.transactions.use(fields.tx_id, user, (open) => {
    const transaction = open.statement(fields.database, subject);
    return atomicStatement(transaction, () => alter({ database: open.database, transaction, user, depth, subject }));
  });
}
