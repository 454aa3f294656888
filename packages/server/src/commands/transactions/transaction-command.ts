import { command } from '../../runner/command.ts';

export const transactionCommand = command('transaction_command', (fields, context) => {
  context.engine.transactions.find(fields.tx_id, context.session.user);
  const { cmd, fields: inner, rid } = fields.command;
  return context.runInner({ cmd, fields: { ...inner, tx_id: fields.tx_id }, rid });
});
