import { createServer, type Server, type Socket } from 'node:net';
import { ProtocolDetector } from '@cairn/protocol/internal';
import type { Host } from '../host.ts';
import type { Settings } from '../settings.ts';

/** Time after which the system asks a silent peer whether it is still there, milliseconds. */
const KEEP_ALIVE_MS = 60_000;
/** How often connections are looked at for readers that take nothing, milliseconds. */
const SLOW_READER_CHECK_MS = 1_000;

/** Takes over a socket; `rest` is what has been read of it and was not for the listener. */
export type SocketTaker = (socket: Socket, rest: Buffer) => void;

/** Bytes that wait for a peer, and since when not one of them has gone. */
interface Backlog {
  waitingBytes: number;
  sinceMs: number;
}

/** The one port: accepts connections, finds out by their first bytes what they speak, and hands them to that door. */
export class Listener {
  readonly #server: Server;
  readonly #settings: Settings;
  readonly #host: Host;
  readonly #doors: { readonly native: SocketTaker; readonly http: SocketTaker };
  readonly #sockets = new Map<Socket, Backlog>();
  #checker: NodeJS.Timeout | undefined;

  constructor(settings: Settings, host: Host, doors: { native: SocketTaker; http: SocketTaker }) {
    this.#settings = settings;
    this.#host = host;
    this.#doors = doors;
    this.#server = createServer({
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
    this.#server.maxConnections = settings.connectionsMax;
    this.#server.on('connection', (socket) => this.#accept(socket));
  }

  /** The port it listens on. Rejects when the address cannot be had. */
  async listen(): Promise<number> {
    const { port, host } = this.#settings;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host, backlog: 1024 }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    this.#checker = setInterval(() => this.#closeSlowReaders(), SLOW_READER_CHECK_MS).unref();
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Accepts nobody any more. Resolves when the last connection is gone, at the latest after `timeoutMs`. */
  async close(timeoutMs: number): Promise<void> {
    clearInterval(this.#checker);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const killer = setTimeout(() => {
      for (const socket of this.#sockets.keys()) socket.destroy();
    }, timeoutMs);
    await closed;
    clearTimeout(killer);
  }

  #accept(socket: Socket): void {
    this.#sockets.set(socket, { waitingBytes: 0, sinceMs: 0 });
    socket.on('close', () => this.#sockets.delete(socket));
    // A peer that resets its connection is no event of the server's; `close` follows.
    socket.on('error', () => socket.destroy());
    this.#detect(socket);
  }

  #detect(socket: Socket): void {
    const detector = new ProtocolDetector();
    const timer = setTimeout(() => socket.destroy(), this.#settings.handshakeTimeoutMs);
    const settle = () => {
      clearTimeout(timer);
      socket.off('data', onData);
      socket.off('end', onEnd);
      socket.off('close', settle);
    };
    const onEnd = () => socket.destroy();
    const onData = (chunk: Buffer) => {
      const detected = detector.push(chunk);
      if (detected === undefined) return;
      settle();
      socket.pause();
      const open = detected.protocol === 'native' ? this.#doors.native : this.#doors.http;
      open(socket, detected.rest);
    };
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('close', settle);
  }

  #closeSlowReaders(): void {
    const nowMs = this.#host.monotonicMs();
    for (const [socket, backlog] of this.#sockets) {
      const waitingBytes = socket.writableLength;
      if (waitingBytes === 0 || waitingBytes !== backlog.waitingBytes) {
        backlog.waitingBytes = waitingBytes;
        backlog.sinceMs = nowMs;
      } else if (nowMs - backlog.sinceMs > this.#settings.slowReaderTimeoutMs) socket.destroy();
    }
  }
}
