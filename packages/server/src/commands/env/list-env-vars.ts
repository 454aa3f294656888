import { command } from '../../runner/command.ts';

export const listEnvVars = command('list_env_vars', (fields, { engine }) => ({
  status: 'ok',
  data: engine.scripts.environment.list(engine.database(fields.database)),
}));
