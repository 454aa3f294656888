import type { Reply } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';

export const batch = command('batch', async (fields, context) => {
  const responses: Reply[] = [];
  for (const { cmd, fields: inner, rid } of fields.commands) {
    const bound = fields.tx_id === undefined || inner.tx_id !== undefined ? inner : { ...inner, tx_id: fields.tx_id };
    // One after the other: a later command may lean on an earlier one.
    responses.push(await context.runInner({ cmd, fields: bound, rid }));
  }
  return { status: 'batch', responses };
});
