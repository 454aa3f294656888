import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** What is stored holds secrets, and nobody but the server reads it. */
const MODE = 0o700;

/**
 * Makes a folder and those around it that are missing, open to their owner alone; answers whether it made any.
 *
 * Not by Node's `recursive`: that never comes back where a folder is there and takes no others, as in `/proc`.
 *
 * @throws the system's error of the folder that cannot be made
 */
export function makeFolder(path: string): boolean {
  const missing: string[] = [];
  for (let place = resolve(path); !existsSync(place); place = dirname(place)) missing.unshift(place);
  for (const place of missing) {
    try {
      mkdirSync(place, { mode: MODE });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // made by another process meanwhile
    }
  }
  return missing.length > 0;
}
