import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CairnError } from '@cairn/protocol/internal';

export const MANIFEST_FILE = 'manifest.json';
const FORMAT = 1;

export interface BackedUpFile {
  /** Relative to the backup's folder, with `/`. */
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What a backup folder holds: docs/formats/backup.md. */
export interface BackupManifest {
  readonly format: number;
  readonly database: string;
  readonly kind: 'full' | 'incremental';
  readonly stored_lsn: number;
  readonly lsn: number;
  readonly time: string | null;
  /** When the commit of `stored_lsn` was made; absent in older backups. */
  readonly stored_time?: string | null;
  readonly files: readonly BackedUpFile[];
}

export function manifestOf(content: Omit<BackupManifest, 'format'>): BackupManifest {
  return { format: FORMAT, ...content };
}

/** @throws CairnError `invalid_argument` when the folder is no backup that this version reads */
export async function readManifest(folder: string): Promise<BackupManifest> {
  let manifest: BackupManifest;
  try {
    manifest = JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')) as BackupManifest;
  } catch (cause) {
    throw notABackup(folder, (cause as Error).message, cause);
  }
  if (manifest?.format !== FORMAT || !Array.isArray(manifest.files)) {
    throw notABackup(folder, `its format ${String(manifest?.format)} is not known here`);
  }
  for (const { name } of manifest.files) {
    if (!/^(data\.mdb|log\/\d{16}\.log)$/.test(name))
      throw notABackup(folder, `it names a file '${String(name).slice(0, 80)}'`);
  }
  return manifest;
}

/** The entry of a file of the manifest, read from the disk. */
export async function describeFile(folder: string, name: string): Promise<BackedUpFile> {
  const path = join(folder, name);
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return { name, bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

/** @throws CairnError `corruption` that names the file which is not what was backed up */
export async function verifyFiles(folder: string, manifest: BackupManifest): Promise<void> {
  for (const expected of manifest.files) {
    const path = join(folder, expected.name);
    const found = await describeFile(folder, expected.name).catch(() => undefined);
    if (found?.sha256 === expected.sha256 && found.bytes === expected.bytes) continue;
    throw new CairnError('corruption', `The backup is damaged: ${path} is not what was backed up`, {
      details: { file: path },
    });
  }
}

function notABackup(folder: string, reason: string, cause?: unknown): CairnError {
  return new CairnError('invalid_argument', `'${folder}' is no backup: ${reason}`, { details: { folder }, cause });
}
