import { setTimeout as sleep } from 'node:timers/promises';
import { CairnError } from '@cairn/protocol/internal';
import type { Host } from '../../host.ts';
import { CONFLICT_PAUSE_MAX_MS, CONFLICT_RETRIES } from '../../limits.ts';

/**
 * Does something again when another commit was first. What asks scripts, or takes several commands, gives others time to commit, so
 * that happens to it more often than to one statement; waits of random length let one of several be first.
 * @throws whatever the last attempt failed with
 */
export async function retryingConflicts<T>(host: Host, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const lost = error instanceof CairnError && error.code === 'conflict' && error.retryable;
      if (!lost || attempt >= CONFLICT_RETRIES) throw error;
      const chance = host.randomBytes(1)[0]! / 255;
      await sleep(Math.min(2 ** attempt, CONFLICT_PAUSE_MAX_MS) * chance);
    }
  }
}
