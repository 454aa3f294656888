import { command } from '../../runner/command.ts';

export const createScript = command('create_script', async (fields, { engine, session }) => ({
  status: 'ok',
  data: await engine.scripts.management.create(engine.database(fields.database), fields, session.user),
}));
