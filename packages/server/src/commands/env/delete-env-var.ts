import { command } from '../../runner/command.ts';

export const deleteEnvVar = command('delete_env_var', async (fields, { engine, session }) => {
  await engine.scripts.environment.delete(engine.database(fields.database), fields.key, session.user);
  return { status: 'ok' };
});
