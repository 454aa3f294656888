import { command } from '../../runner/command.ts';

export const runRepl = command('run_repl', async (fields, { engine, session, cancellation }) => ({
  status: 'ok',
  data: await engine.scripts.repl.evaluate(fields, session, cancellation()),
}));
