import { command } from '../../runner/command.ts';

export const deleteTrigger = command('delete_trigger', async ({ database, trigger_id }, { engine, session }) => {
  await engine.triggers.remove(engine.database(database), trigger_id, session.user);
  return { status: 'ok' };
});
