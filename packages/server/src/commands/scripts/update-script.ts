import { command } from '../../runner/command.ts';

export const updateScript = command('update_script', async (fields, { engine, session }) => {
  const { database, script_id, ...changes } = fields;
  return {
    status: 'ok',
    data: await engine.scripts.management.update(engine.database(database), script_id, changes, session.user),
  };
});
