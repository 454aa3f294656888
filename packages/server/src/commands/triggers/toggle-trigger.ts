import { command } from '../../runner/command.ts';
import { shownTrigger } from './shown-trigger.ts';

export const toggleTrigger = command(
  'toggle_trigger',
  async ({ database, trigger_id, enabled }, { engine, session }) => ({
    status: 'ok',
    data: shownTrigger(await engine.triggers.toggle(engine.database(database), trigger_id, enabled, session.user)),
  }),
);
