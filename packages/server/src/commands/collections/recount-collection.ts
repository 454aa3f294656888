import { command } from '../../runner/command.ts';

export const recountCollection = command('recount_collection', ({ database, collection }, { engine }) => {
  const count = engine.collections.recount(engine.database(database), collection);
  return { status: 'ok', count, data: { count } };
});
