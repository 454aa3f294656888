import { command } from '../../runner/command.ts';
import { backupData } from './backup-data.ts';

export const listBackups = command('list_backups', async (_fields, { engine }) => ({
  status: 'ok',
  data: (await engine.backups.list()).map(backupData),
}));
