import { command } from '../../runner/command.ts';
import { shownTrigger } from './shown-trigger.ts';

export const getTrigger = command('get_trigger', ({ database, trigger_id }, { engine }) => ({
  status: 'ok',
  data: shownTrigger(engine.triggers.get(engine.database(database), trigger_id)),
}));
