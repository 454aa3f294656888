import type { Reply } from '@cairn/protocol/internal';
import type { ReadView } from '@cairn/storage/internal';
import type { CommandContext } from '../runner/command.ts';
import { shownTo } from '../security/rights/rules/ruled-view.ts';

/** Runs a read on the newest state, or inside the transaction that the request names: as the rules of collections let the caller see it. */
export function reading(
  fields: { readonly database: string; readonly tx_id?: string },
  { engine, session }: CommandContext,
  read: (view: ReadView) => Reply,
): Reply | Promise<Reply> {
  const subject = session.subject(fields.database);
  if (fields.tx_id !== undefined) {
    return engine.transactions.use(fields.tx_id, session.user, (open) =>
      read(shownTo(open.statement(fields.database, subject), subject)),
    );
  }
  const view = engine.database(fields.database).snapshot();
  try {
    return read(shownTo(view, subject));
  } finally {
    view.release();
  }
}
