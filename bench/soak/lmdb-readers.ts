import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';

/** Slots of the reader tables of all databases below a data folder that some process holds. */
export async function lmdbReaders(dataDir: string): Promise<number> {
  let readers = 0;
  for (const path of readdirSync(dataDir, { recursive: true, encoding: 'utf8' })) {
    if (path.endsWith('.mdb')) readers += await readersOf(join(dataDir, path));
  }
  return readers;
}

async function readersOf(path: string): Promise<number> {
  const environment = open({ path, noSubdir: true, readOnly: true });
  // One line for each slot: process, thread, transaction.
  const slots = environment.readerList().match(/^\s*\d+ /gm) ?? [];
  await environment.close();
  return slots.filter((line) => Number(line) !== process.pid).length;
}
