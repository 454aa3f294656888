import { command } from '../../runner/command.ts';

export const configureQueue = command('configure_queue', async (fields, { engine }) => {
  const { database, queue_name, timeout_ms: _timeout, ...changes } = fields;
  const { _key: name, ...settings } = await engine.jobs.configure(engine.database(database), queue_name, changes);
  return { status: 'ok', data: { name, ...settings } };
});
