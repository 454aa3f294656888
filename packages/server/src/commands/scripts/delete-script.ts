import { command } from '../../runner/command.ts';

export const deleteScript = command('delete_script', async (fields, { engine, session }) => {
  await engine.scripts.management.delete(engine.database(fields.database), fields.script_id, session.user);
  return { status: 'ok' };
});
