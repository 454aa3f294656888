import type { Reply } from '@cairn/protocol/internal';
import type { WriteTarget, Written } from '../engine/documents/documents.ts';
import type { CommandContext } from '../runner/command.ts';
import { acknowledged } from './acknowledged.ts';

/** Runs a write in the database's next commit, or inside the transaction that the request names. */
export function writing<T>(
  fields: { readonly database: string; readonly tx_id?: string },
  { engine, session, trace }: CommandContext,
  write: (target: WriteTarget) => Written<T> | Promise<Written<T>>,
  answer: (result: T, lsn: number | undefined) => Reply,
): Reply | Promise<Reply> {
  const subject = session.subject(fields.database);
  if (fields.tx_id === undefined) {
    const database = engine.database(fields.database);
    const commit = () => write({ database, user: session.user, depth: session.depth, subject });
    return answered(trace === undefined ? commit() : trace.span('commit', commit), (result, lsn) =>
      acknowledged(answer(result, lsn), database),
    );
  }
  return engine.transactions.use(fields.tx_id, session.user, (open) => {
    const transaction = open.statement(fields.database, subject);
    return answered(
      write({ database: open.database, transaction, user: session.user, depth: session.depth, subject }),
      answer,
    );
  });
}

function answered<T>(
  written: Written<T> | Promise<Written<T>>,
  answer: (result: T, lsn: number | undefined) => Reply,
): Reply | Promise<Reply> {
  if (written instanceof Promise) return written.then(({ result, lsn }) => answer(result, lsn));
  return answer(written.result, undefined);
}
