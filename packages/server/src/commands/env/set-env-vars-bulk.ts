import { command } from '../../runner/command.ts';

export const setEnvVarsBulk = command('set_env_vars_bulk', async (fields, { engine, session }) => {
  const variables = new Map(Object.entries(fields.vars));
  await engine.scripts.environment.set(engine.database(fields.database), variables, session.user);
  return { status: 'ok' };
});
