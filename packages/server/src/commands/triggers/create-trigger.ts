import type { TriggerRequest } from '../../engine/triggers/triggers.ts';
import { command } from '../../runner/command.ts';
import { shownTrigger } from './shown-trigger.ts';

export const createTrigger = command('create_trigger', async (fields, { engine, session }) => {
  const { database, key, timeout_ms: _timeout, ...asked } = fields;
  // The events are checked where triggers are made.
  const request = asked as typeof asked & Required<Pick<TriggerRequest, 'events'>>;
  const made = await engine.triggers.create(engine.database(database), request, {
    user: session.user,
    key,
  });
  return { status: 'ok', data: shownTrigger(made) };
});
