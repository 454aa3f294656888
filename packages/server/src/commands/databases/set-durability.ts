import { command } from '../../runner/command.ts';

export const setDurability = command('set_durability', async ({ database, durability }, { engine }) => {
  await engine.database(database).setDurability(durability);
  return { status: 'ok' };
});
