import { command } from '../../runner/command.ts';
import { backupData } from './backup-data.ts';

export const backupDatabase = command('backup_database', async ({ database, name, since_lsn }, { engine }) => {
  const backup = await engine.backups.write(engine.database(database), { name, sinceLsn: since_lsn });
  return { status: 'ok', data: backupData(backup) };
});
