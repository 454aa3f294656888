import type { ValueObject } from '@cairn/protocol';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withClient } from '../connection/open-client.ts';
import { createRowWriter } from '../output/row-writer.ts';
import { formatBytes, formatDuration } from '../terminal/quantities.ts';
import { terminalWidth } from '../terminal/terminal-width.ts';

/** Backups and restores take as long as they take. */
const UNHURRIED = { timeoutMs: 24 * 3_600_000 };

export interface CreateBackupOptions extends ConnectionOptions {
  readonly name?: string;
  readonly since?: number;
}

export interface RestoreBackupOptions extends ConnectionOptions {
  readonly lsn?: number;
  readonly time?: string;
}

export async function createBackup(database: string, options: CreateBackupOptions): Promise<void> {
  await withClient(options, async (client) => {
    const startedMs = performance.now();
    const fields = { database, name: options.name, since_lsn: options.since };
    const { name, kind, lsn, bytes } = (await client.command('backup_database', fields, UNHURRIED)).data as ValueObject;
    const took = formatDuration((performance.now() - startedMs) / 1000);
    process.stdout.write(`${String(name)}\n`);
    process.stderr.write(`${String(kind)} backup up to LSN ${String(lsn)}: ${formatBytes(Number(bytes))} in ${took}\n`);
  });
}

export async function listBackups(options: ConnectionOptions): Promise<void> {
  await withClient(options, async (client) => {
    const rows = (await client.command('list_backups')).data as ValueObject[];
    const writer = createRowWriter('table', { widthMax: terminalWidth() });
    process.stdout.write(writer.write(rows) + writer.end());
  });
}

export async function restoreBackup(
  database: string,
  backups: readonly string[],
  { lsn, time, ...connection }: RestoreBackupOptions,
): Promise<void> {
  await withClient(connection, async (client) => {
    const startedMs = performance.now();
    const fields = { name: database, backups: [...backups], lsn, time };
    const reply = (await client.command('restore_backup', fields, UNHURRIED)).data as ValueObject;
    const took = formatDuration((performance.now() - startedMs) / 1000);
    process.stderr.write(`database ${database} restored up to LSN ${String(reply.lsn)} in ${took}\n`);
  });
}
