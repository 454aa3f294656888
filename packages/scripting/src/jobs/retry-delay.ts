/** The longest wait between two attempts, milliseconds: a day. */
export const RETRY_DELAY_MAX_MS = 86_400_000;
/** Waits are longer by up to this share, so that what failed together does not come back together. */
const JITTER_SHARE = 0.1;

/**
 * The wait before the next attempt: `firstMs`·2^n, at most a day, and up to a tenth more.
 * @param retryCount attempts that have failed, this one included
 * @param chance from 0 to 1
 */
export function retryDelayMs(retryCount: number, firstMs: number, chance: number): number {
  const plain = Math.min(firstMs * 2 ** Math.min(retryCount, 40), RETRY_DELAY_MAX_MS);
  return Math.round(plain * (1 + JITTER_SHARE * chance));
}
