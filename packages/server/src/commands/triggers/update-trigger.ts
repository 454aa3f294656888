import type { TriggerRequest } from '../../engine/triggers/triggers.ts';
import { command } from '../../runner/command.ts';
import { shownTrigger } from './shown-trigger.ts';

export const updateTrigger = command('update_trigger', async (fields, { engine, session }) => {
  const { database, trigger_id, timeout_ms: _timeout, ...asked } = fields;
  const changes = asked as TriggerRequest; // the events are checked where triggers are changed
  const changed = await engine.triggers.update(engine.database(database), trigger_id, changes, session.user);
  return { status: 'ok', data: shownTrigger(changed) };
});
