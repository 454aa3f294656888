import { command } from '../../runner/command.ts';

export const restoreBackup = command('restore_backup', async ({ name, backups, lsn, time }, { engine }) => {
  const timeMs = time === undefined ? undefined : new Date(time).getTime();
  return { status: 'ok', data: { lsn: await engine.restoreBackup(name, backups, { lsn, timeMs }) } };
});
