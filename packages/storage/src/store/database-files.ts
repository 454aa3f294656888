import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT_FILE, LOG_FOLDER } from '../database/database-folder.ts';
import { Environment } from '../database/disk/lmdb-environment.ts';

/**
 * Makes the files of an empty database in `folder`, and makes them and their names durable. LMDB writes the first pages
 * of its file without a flush: a file that a power cut has left half done would end the process that opens it.
 */
export async function makeDatabaseFiles(folder: string): Promise<void> {
  mkdirSync(join(folder, LOG_FOLDER), { recursive: true });
  const file = join(folder, ENVIRONMENT_FILE);
  await Environment.open(file).close();
  for (const path of [file, folder]) flush(path);
}

/** Waits until a file, or the names in a folder, are on disk. */
export function flush(path: string): void {
  const opened = openSync(path, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
