import type { ScriptOutcome } from '@cairn/scripting/internal';
import { SOCKET_FAREWELL_MS, SOCKET_HOST_CALLS_MAX, SOCKET_LIFE_MS } from '../../../limits.ts';
import type { Session } from '../../../runner/session.ts';
import type { Script } from '../records/script-record.ts';
import type { ScriptInput, ScriptRuns } from '../run/script-runs.ts';
import type { ScriptSocket } from '../run/script-socket.ts';
import type { ScriptSurroundings } from '../run/script-surroundings.ts';
import { IdleWatch } from './idle-watch.ts';

/** A connection whose life a script is. */
export interface SocketRun {
  readonly script: Script;
  readonly input: ScriptInput;
  readonly caller: Session | undefined;
  readonly socket: ScriptSocket;
  /** Fires when the client has gone. */
  readonly gone: AbortSignal;
}

/**
 * Runs a WebSocket script for as long as its connection lasts. Its time limit is on what it computes between two calls of the
 * server; when it is over, or when the client has gone and the script does not end, it is ended.
 */
export async function runSocket(
  runs: ScriptRuns,
  surroundings: ScriptSurroundings,
  { script, input, caller, socket, gone }: SocketRun,
): Promise<ScriptOutcome> {
  const { statistics, host } = surroundings;
  const ending = new AbortController();
  let watch: IdleWatch | undefined;
  let isLate = false;
  const end = () => ending.abort();
  const farewell = () => setTimeout(end, SOCKET_FAREWELL_MS).unref();
  gone.addEventListener('abort', farewell, { once: true });
  statistics.activeSockets++;
  statistics.socketsOpened++;
  surroundings.sockets.set(socket, script.database);
  try {
    const limits = { ...script.limits, timeoutMs: SOCKET_LIFE_MS, hostCalls: SOCKET_HOST_CALLS_MAX };
    const outcome = await runs.runToEnd({ ...script, limits }, input, {
      caller,
      socket,
      signal: ending.signal,
      wrapCalls: (calls) => {
        watch = new IdleWatch(calls, script.limits.timeoutMs, () => {
          isLate = true;
          end();
        });
        return watch;
      },
    });
    if (outcome.kind === 'answer' || !isLate) return outcome;
    const message = `${script.name}: script timed out after ${script.limits.timeoutMs} ms`;
    return { ...outcome, reason: 'timeout', message };
  } finally {
    watch?.stop();
    gone.removeEventListener('abort', farewell);
    statistics.activeSockets--;
    surroundings.sockets.delete(socket);
    if (surroundings.findDatabase(script.database) !== undefined) {
      surroundings.memoryOf(script.database).channels.forget(socket, host.nowMs());
    }
  }
}
