import { mkdirSync, rmSync } from 'node:fs';

/** Removes what killed processes may have left, and makes the folder. Call it before any query runs. */
export function emptyTemporaryFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  // Rows of all users go through it.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}
