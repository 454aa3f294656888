import { command } from '../../runner/command.ts';

export const runRepl = command('run_repl', async (fields, context) => ({
  status: 'ok',
  data: await context.engine.scripts.repl.evaluate(fields, context.session, context.cancellation()),
}));
