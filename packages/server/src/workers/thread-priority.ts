import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Under contention a thread of this niceness gets two fifths of the time that one of niceness 0 gets: scans slow down and do not starve. */
const STAND_BACK_NICENESS = 4;

/**
 * Lets the calling thread stand back where there are fewer cores than work: the main thread answers point reads, this one
 * computes. Linux gives each thread a priority of its own; elsewhere nothing happens.
 */
export function standBack(): void {
  try {
    const [, thread] = /\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self')) ?? [];
    if (thread !== undefined) setPriority(Number(thread), STAND_BACK_NICENESS);
  } catch {
    // The system does not let it: the thread works as it is.
  }
}
