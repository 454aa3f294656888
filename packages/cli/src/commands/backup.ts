import { Command } from 'commander';
import type { CreateBackupOptions, RestoreBackupOptions } from '../backup/run-backup.ts';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withConnection } from './connection-options.ts';
import { wholeNumber } from './option-values.ts';

export function backupCommand(): Command {
  return new Command('backup')
    .description('back up databases on the server while they go on, and restore them')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(restoreCommand());
}

function createCommand(): Command {
  const command = new Command('create')
    .description('write a backup into the folder of backups of the server')
    .argument('<database>', 'database to back up')
    .option('--name <name>', 'name of the backup (default: made of the database and the time)')
    .option('--since <lsn>', 'only what has happened since this LSN: that of an earlier backup', wholeNumber);
  return withConnection(command).action(async (database: string, options: CreateBackupOptions) => {
    const { createBackup } = await import('../backup/run-backup.ts');
    await createBackup(database, options);
  });
}

function listCommand(): Command {
  const command = new Command('list').description('list the backups that the server has');
  return withConnection(command).action(async (options: ConnectionOptions) => {
    const { listBackups } = await import('../backup/run-backup.ts');
    await listBackups(options);
  });
}

function restoreCommand(): Command {
  const command = new Command('restore')
    .description('make a database of a full backup and those that go on from it')
    .argument('<database>', 'name of the new database')
    .argument('<backup...>', 'backups, the full one first')
    .option('--lsn <lsn>', 'only up to this commit', wholeNumber)
    .option('--time <moment>', 'only up to the last commit at or before this moment, as 2026-01-31T12:00:00Z');
  return withConnection(command).action(async (database: string, backups: string[], options: RestoreBackupOptions) => {
    const { restoreBackup } = await import('../backup/run-backup.ts');
    await restoreBackup(database, backups, options);
  });
}
