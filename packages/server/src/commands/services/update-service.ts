import { command } from '../../runner/command.ts';

export const updateService = command('update_service', async (fields, { engine, session }) => {
  const { database, key, timeout_ms: _, ...changes } = fields;
  return {
    status: 'ok',
    data: await engine.scripts.services.update(engine.database(database), key, changes, session.user),
  };
});
