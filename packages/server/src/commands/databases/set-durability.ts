import { CairnError } from '@cairn/protocol/internal';
import { SYSTEM_DATABASE } from '../../engine/system-database.ts';
import { command } from '../../runner/command.ts';

export const setDurability = command('set_durability', async ({ database, durability }, { engine }) => {
  if (database === SYSTEM_DATABASE && durability !== 'full') {
    throw new CairnError('invalid_argument', `Rights and the audit log are in ${SYSTEM_DATABASE}: it stays durable`);
  }
  await engine.database(database).setDurability(durability);
  return { status: 'ok' };
});
