import { command } from '../../runner/command.ts';
import { insideTransaction } from './inside-transaction.ts';

export const transactionCommand = command('transaction_command', (fields, context) => {
  context.engine.transactions.find(fields.tx_id, context.session.user);
  return context.runInner(insideTransaction(fields.command, fields.tx_id));
});
