import { randomUUID } from 'node:crypto';
import { CairnError } from '@cairn/protocol/internal';
import type { RawData, WebSocket } from 'ws';
import type { ScriptSocket, SocketEvent } from '../../../engine/scripts/run/script-socket.ts';
import { EventQueue, type NextEventOptions } from '../../../engine/scripts/sockets/event-queue.ts';
import { SOCKET_PING_MS, SOCKET_UNSENT_BYTES_MAX } from '../../../limits.ts';
import type { Session } from '../../../runner/session.ts';

/** Tells a client that he has to show anew who he is; a number of those that are free for applications. */
const SESSION_ENDED = 4401;

/** A WebSocket as its script sees it. */
export class EndpointSocket implements ScriptSocket {
  readonly id = randomUUID();
  readonly #socket: WebSocket;
  readonly #caller: Session | undefined;
  readonly #events: EventQueue;
  readonly #gone = new AbortController();
  readonly #pinger: NodeJS.Timeout;
  #isAlive = true;

  /** @param caller who has come in, if he has said so: the connection lasts no longer than his session */
  constructor(socket: WebSocket, caller: Session | undefined) {
    this.#socket = socket;
    this.#caller = caller;
    this.#events = new EventQueue(() => socket.resume());
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.#close());
    this.#pinger = setInterval(() => this.#ping(), SOCKET_PING_MS).unref();
  }

  /** Fires when the client has gone. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  send(message: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== this.#socket.OPEN || !this.#isStanding()) return reject(closed());
      if (this.#socket.bufferedAmount > SOCKET_UNSENT_BYTES_MAX) {
        this.#socket.terminate();
        return reject(closed());
      }
      this.#socket.send(message, { binary: typeof message !== 'string' }, (error) => {
        if (error === undefined || error === null) resolve();
        else reject(closed());
      });
    });
  }

  next(options: NextEventOptions): Promise<SocketEvent | undefined> {
    return this.#events.next(options);
  }

  push(event: SocketEvent): void {
    this.#events.push(event);
  }

  close(code = 1000, reason = ''): void {
    const isAllowed = code === 1000 || (code >= 3000 && code <= 4999) || code === 1011;
    this.#socket.close(isAllowed ? code : 1000, reason.slice(0, 100));
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.#isStanding()) return;
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    this.#events.push({ from: 'ws', payload: isBinary ? bytes : bytes.toString('utf8') });
    if (this.#events.isFull) this.#socket.pause();
  }

  /** False when the caller's session has ended: with its token, his password, his rights, or him. The connection ends with it. */
  #isStanding(): boolean {
    try {
      this.#caller?.rights;
      return true;
    } catch {
      this.#socket.close(SESSION_ENDED, 'the session has ended');
      return false;
    }
  }

  /** A client that has gone without a word is noticed by its silence. */
  #ping(): void {
    if (!this.#isStanding()) return;
    if (!this.#isAlive && !this.#socket.isPaused) {
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  #close(): void {
    clearInterval(this.#pinger);
    this.#events.close();
    this.#gone.abort();
  }
}

function closed(): CairnError {
  return new CairnError('cancelled', 'the connection is closed');
}
