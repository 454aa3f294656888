import type { Reply, Request } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';
import { insideTransaction } from '../transactions/inside-transaction.ts';

export const batch = command('batch', async (fields, context) => {
  const { tx_id: id } = fields;
  const bound = (request: Request) =>
    id === undefined || request.fields.tx_id !== undefined ? request : insideTransaction(request, id);
  // All before the first runs: a batch that cannot be done in its transaction is not begun.
  const commands = fields.commands.map(bound);
  const responses: Reply[] = [];
  // One after the other: a later command may lean on an earlier one.
  for (const inner of commands) responses.push(await context.runInner(inner));
  return { status: 'batch', responses };
});
