import { command } from '../../runner/command.ts';

export const createService = command('create_service', async (fields, { engine, session }) => {
  const { database, key, ...wanted } = fields;
  return {
    status: 'ok',
    data: await engine.scripts.services.create(engine.database(database), key, wanted, session.user),
  };
});
