import { command } from '../../runner/command.ts';

export const cancel = command('cancel', (fields, { session }) => ({
  status: 'ok',
  data: { cancelled: session.cancel(fields.rid) },
}));
