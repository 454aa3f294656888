import { command } from '../../runner/command.ts';
import { shownTrigger } from './shown-trigger.ts';

export const listTriggers = command('list_triggers', ({ database }, { engine }) => ({
  status: 'ok',
  data: engine.triggers.list(engine.database(database)).map(shownTrigger),
}));
