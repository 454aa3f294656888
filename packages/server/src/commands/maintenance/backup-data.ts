import type { ValueObject } from '@cairn/protocol/internal';
import type { NamedBackup } from '../../engine/maintenance/backups.ts';

/** What a client is told about a backup. */
export function backupData({ name, manifest }: NamedBackup): ValueObject {
  const { database, kind, stored_lsn, lsn, time, files } = manifest;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { name, database, kind, from_lsn: kind === 'full' ? 0 : stored_lsn, lsn, time, bytes };
}
