import { command } from '../../runner/command.ts';

export const createScript = command('create_script', async ({ database, ...fields }, { engine, session }) => {
  const data = await engine.scripts.management.create(engine.database(database), fields, session.user);
  engine.scripts.warm();
  return { status: 'ok', data };
});
