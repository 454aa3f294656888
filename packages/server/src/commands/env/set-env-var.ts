import { command } from '../../runner/command.ts';

export const setEnvVar = command('set_env_var', async (fields, { engine, session }) => {
  const variables = new Map([[fields.key, fields.value]]);
  await engine.scripts.environment.set(engine.database(fields.database), variables, session.user);
  return { status: 'ok' };
});
