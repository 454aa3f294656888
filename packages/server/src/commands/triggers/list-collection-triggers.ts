import { command } from '../../runner/command.ts';
import { shownTrigger } from './shown-trigger.ts';

export const listCollectionTriggers = command('list_collection_triggers', ({ database, collection }, { engine }) => ({
  status: 'ok',
  data: engine.triggers.list(engine.database(database), collection).map(shownTrigger),
}));
