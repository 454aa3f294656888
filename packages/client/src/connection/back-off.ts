import { setTimeout as sleep } from 'node:timers/promises';
import { CLIENT_DEFAULTS } from '../limits.ts';

/** Milliseconds to wait before try number `attempt` (from 0): doubling, cut at the maximum, and by chance up to half shorter. */
export function backOffMs(
  attempt: number,
  random: () => number = Math.random,
  firstMs: number = CLIENT_DEFAULTS.backOffFirstMs,
): number {
  const full = Math.min(CLIENT_DEFAULTS.backOffMaxMs, firstMs * 2 ** attempt);
  // Jitter, so that a thousand clients of a restarted server do not come back in the same moment.
  return full * (0.5 + 0.5 * random());
}

/** Waits as `backOffMs` says; an aborted signal ends the wait with its reason. */
export async function backOff(attempt: number, signal?: AbortSignal, firstMs?: number): Promise<void> {
  await sleep(backOffMs(attempt, Math.random, firstMs), undefined, { signal });
}
