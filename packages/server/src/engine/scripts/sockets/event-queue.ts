import { SOCKET_EVENTS_WAITING_MAX } from '../../../limits.ts';
import type { SocketEvent } from '../run/script-socket.ts';

export interface NextEventOptions {
  /** Only events from here; any when absent. */
  readonly from?: SocketEvent['from'];
  /** For ever when undefined. */
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal;
}

interface Waiter {
  readonly from: SocketEvent['from'] | undefined;
  readonly settle: (event: SocketEvent | undefined) => void;
}

/** Events of one connection that wait for its script, or the script for them. */
export class EventQueue {
  readonly #events: SocketEvent[] = [];
  readonly #waiters = new Set<Waiter>();
  readonly #onRoom: () => void;
  #isClosed = false;

  /** @param onRoom told when there is room for messages of the client again */
  constructor(onRoom: () => void = () => {}) {
    this.#onRoom = onRoom;
  }

  get isFull(): boolean {
    return this.#events.length >= SOCKET_EVENTS_WAITING_MAX;
  }

  /** Of a channel's events the oldest is dropped when nobody takes them; the client is made to wait instead. */
  push(event: SocketEvent): void {
    if (this.#isClosed) return;
    for (const waiter of this.#waiters) {
      if (waiter.from !== undefined && waiter.from !== event.from) continue;
      this.#waiters.delete(waiter);
      waiter.settle(event);
      return;
    }
    if (this.isFull) {
      const oldest = this.#events.findIndex(({ from }) => from !== 'ws');
      if (oldest !== -1) this.#events.splice(oldest, 1);
      else if (event.from !== 'ws') return;
    }
    this.#events.push(event);
  }

  /** The next event; undefined when the time is over, the run has ended, or nothing will come any more. */
  next({ from, timeoutMs, signal }: NextEventOptions): Promise<SocketEvent | undefined> {
    const at = this.#events.findIndex((event) => from === undefined || event.from === from);
    if (at !== -1) {
      const [event] = this.#events.splice(at, 1);
      if (!this.isFull) this.#onRoom();
      return Promise.resolve(event);
    }
    if (this.#isClosed || signal.aborted || timeoutMs === 0) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const giveUp = () => waiter.settle(undefined);
      const timer = timeoutMs === undefined ? undefined : setTimeout(giveUp, timeoutMs);
      const waiter: Waiter = {
        from,
        settle: (event) => {
          clearTimeout(timer);
          signal.removeEventListener('abort', giveUp);
          this.#waiters.delete(waiter);
          resolve(event);
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiters.add(waiter);
    });
  }

  /** What has come before the end can still be taken. */
  close(): void {
    this.#isClosed = true;
    for (const waiter of [...this.#waiters]) waiter.settle(undefined);
  }
}
