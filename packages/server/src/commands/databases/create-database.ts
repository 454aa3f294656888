import { command } from '../../runner/command.ts';

export const createDatabase = command('create_database', async ({ name, durability }, { engine }) => {
  await engine.createDatabase(name);
  if (durability === 'relaxed') await engine.database(name).setDurability(durability);
  return { status: 'ok' };
});
