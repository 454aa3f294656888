import type { Socket } from 'node:net';
import { SLOW_READER_BYTES_MIN } from '../limits.ts';

/** What Node keeps of a socket's way into the system. Its own timeouts look at the same figures. */
interface StreamHandle {
  readonly bytesWritten?: number;
  readonly writeQueueSize?: number;
}

/** How much a peer had taken when it was last seen to get on. */
interface Progress {
  takenBytes: number;
  sinceMs: number;
}

/** Finds peers for whom bytes wait and who take none, or so few that they might as well take none. */
export class SlowReaders {
  readonly #timeoutMs: number;
  readonly #progress = new Map<Socket, Progress>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  add(socket: Socket): void {
    this.#progress.set(socket, { takenBytes: 0, sinceMs: Number.NEGATIVE_INFINITY });
  }

  remove(socket: Socket): void {
    this.#progress.delete(socket);
  }

  /** Closes them. To be called every second or so. */
  close(nowMs: number): void {
    for (const [socket, progress] of this.#progress) {
      const takenBytes = takenFrom(socket);
      const isWaiting = waitingFor(socket) > 0;
      const isSeenFirst = progress.sinceMs === Number.NEGATIVE_INFINITY;
      if (!isWaiting) progress.sinceMs = Number.NEGATIVE_INFINITY;
      else if (isSeenFirst || takenBytes - progress.takenBytes >= SLOW_READER_BYTES_MIN) {
        progress.takenBytes = takenBytes;
        progress.sinceMs = nowMs;
      } else if (nowMs - progress.sinceMs > this.#timeoutMs) socket.destroy();
    }
  }
}

/** Bytes that wait for the peer, here and with the system's stream. */
export function waitingFor(socket: Socket): number {
  return Math.max(socket.writableLength, handleOf(socket).writeQueueSize ?? 0);
}

/** Bytes that the system has taken off the server's hands. */
export function takenFrom(socket: Socket): number {
  const { bytesWritten, writeQueueSize } = handleOf(socket);
  if (bytesWritten === undefined || writeQueueSize === undefined) return socket.bytesWritten - socket.writableLength;
  return bytesWritten - writeQueueSize;
}

function handleOf(socket: Socket): StreamHandle {
  return (socket as Socket & { readonly _handle?: StreamHandle | null })._handle ?? {};
}
