import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CairnError } from '@cairn/protocol/internal';
import { checkStoredData } from '../check/check-stored-data.ts';
import { ENVIRONMENT_FILE } from '../database/database-folder.ts';
import { Environment } from '../database/disk/lmdb-environment.ts';
import { decodeMeta } from '../database/disk/meta.ts';
import { META_KEY } from '../database/disk/stored-keys.ts';
import type { CommitRecord } from '../log/commit-record.ts';
import { copyLog } from './log-copy.ts';
import { type BackupManifest, describeFile, MANIFEST_FILE, manifestOf } from './manifest.ts';

/** What a backup reads of its database. */
export interface BackupSource {
  readonly name: string;
  readonly lsn: number;
  readonly oldestLogLsn: number;
  copyEnvironment(path: string): Promise<void>;
  changes(fromLsn: number): AsyncIterable<CommitRecord>;
  holdLog(fromLsn: number): { release(): void };
}

/**
 * Writes a backup into a folder that must not exist yet, while commits go on.
 * @param sinceLsn the LSN of an earlier backup: only what has happened since is written
 * @throws CairnError `already_exists` for a folder that is there; `not_found` when the log no longer reaches back to `sinceLsn`;
 *   `corruption` when what was copied is not sound
 */
export async function writeBackup(source: BackupSource, folder: string, sinceLsn?: number): Promise<BackupManifest> {
  await makeFolder(folder);
  const hold = source.holdLog(sinceLsn === undefined ? source.oldestLogLsn : sinceLsn + 1);
  try {
    const storedLsn = sinceLsn ?? (await copyVerified(source, folder));
    const { names, last } = await copyLog(source.changes(storedLsn + 1), folder);
    const files = sinceLsn === undefined ? [ENVIRONMENT_FILE, ...names] : names;
    const stored = await loggedCommit(source, storedLsn);
    const manifest = manifestOf({
      database: source.name,
      kind: sinceLsn === undefined ? 'full' : 'incremental',
      stored_lsn: storedLsn,
      lsn: last?.lsn ?? storedLsn,
      time: momentOf(last ?? stored),
      stored_time: momentOf(stored),
      files: await Promise.all(files.map((name) => describeFile(folder, name))),
    });
    await writeDurably(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    hold.release();
  }
}

/** The commit of an LSN, when the log still has it. */
async function loggedCommit(source: BackupSource, lsn: number): Promise<CommitRecord | undefined> {
  if (lsn < source.oldestLogLsn) return undefined;
  for await (const commit of source.changes(lsn)) return commit;
  return undefined;
}

function momentOf(commit: CommitRecord | undefined): string | null {
  return commit === undefined ? null : new Date(commit.timeMs).toISOString();
}

/** Copies LMDB's file and looks at all of the copy; answers its LSN. */
async function copyVerified(source: BackupSource, folder: string): Promise<number> {
  const path = join(folder, ENVIRONMENT_FILE);
  await source.copyEnvironment(path);
  const environment = Environment.open(path);
  try {
    const reader = environment.reader();
    for await (const { message } of checkStoredData(reader, source.name)) {
      throw new CairnError('corruption', `The backup of '${source.name}' is not sound: ${message}`);
    }
    const meta = reader.get(META_KEY);
    reader.done();
    return meta === undefined ? 0 : decodeMeta(meta, source.name).lsn;
  } finally {
    await environment.close();
    await rm(`${path}-lock`, { force: true });
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 }); // it holds what the data folder holds
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new CairnError('already_exists', `'${folder}' already exists`, { details: { folder }, cause });
    throw new CairnError('invalid_argument', `'${folder}' cannot be made: ${message}`, { details: { folder }, cause });
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flush: true });
  const folder = await open(join(path, '..'), 'r');
  await folder.sync();
  await folder.close();
}
