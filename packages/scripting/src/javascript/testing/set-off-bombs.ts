import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childArguments } from '../../host/child-permissions.ts';

/** How a bomb ended. `lost`: its process ended before its run had an outcome, twice. */
export interface BombEnd {
  readonly name: string;
  readonly end: 'answer' | 'error' | 'timeout' | 'memory' | 'limit' | 'host_lost' | 'cancelled' | 'lost';
  /** Milliseconds from the beginning of the run until its outcome, streams included. */
  readonly tookMs: number;
  readonly text: string;
}

const BOMB_PROCESS = fileURLToPath(new URL('bomb-process.ts', import.meta.url));

/** Sets off bombs in script processes, one after another; a process that ends is replaced. Tells of each as it has ended. */
export async function setOffBombs(
  names: readonly string[],
  timeoutMs: number,
  tell: (end: BombEnd) => void,
): Promise<void> {
  let left = names;
  let lostBefore: string | undefined;
  while (left.length > 0) {
    const done = await inOneProcess(left, timeoutMs, tell);
    left = left.slice(done);
    if (left.length === 0) return;
    // It may have been the one before that brought the process down: only the second time is it this one's doing.
    if (lostBefore === left[0]) {
      tell({ name: left[0], end: 'lost', tookMs: 0, text: '' });
      left = left.slice(1);
      lostBefore = undefined;
    } else lostBefore = left[0];
  }
}

async function inOneProcess(
  names: readonly string[],
  timeoutMs: number,
  tell: (end: BombEnd) => void,
): Promise<number> {
  const child = spawn(process.execPath, [...childArguments(BOMB_PROCESS), String(timeoutMs), ...names], {
    env: {},
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let done = -1;
  for await (const line of createInterface(child.stdout)) {
    // The first only warms the process.
    if (done++ >= 0) tell(JSON.parse(line) as BombEnd);
  }
  return Math.max(done, 0);
}
