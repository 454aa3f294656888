import { command } from '../../runner/command.ts';

export const getEnvVar = command('get_env_var', (fields, { engine }) => ({
  status: 'ok',
  data: engine.scripts.environment.get(engine.database(fields.database), fields.key) ?? null,
}));
