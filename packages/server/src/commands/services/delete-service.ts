import { command } from '../../runner/command.ts';

export const deleteService = command('delete_service', async (fields, { engine, session }) => ({
  status: 'ok',
  data: {
    scripts_deleted: await engine.scripts.services.delete(engine.database(fields.database), fields.key, session.user),
  },
}));
