import type { Reply } from '@cairn/protocol/internal';
import type { ReadView } from '@cairn/storage/internal';
import type { CommandContext } from '../runner/command.ts';

/** Runs a read on the newest state, or inside the transaction that the request names. */
export function reading(
  fields: { readonly database: string; readonly tx_id?: string },
  { engine, session }: CommandContext,
  read: (view: ReadView) => Reply,
): Reply | Promise<Reply> {
  if (fields.tx_id !== undefined) {
    return engine.transactions.use(fields.tx_id, session.user, (open) => read(open.statement(fields.database)));
  }
  const view = engine.database(fields.database).snapshot();
  try {
    return read(view);
  } finally {
    view.release();
  }
}
