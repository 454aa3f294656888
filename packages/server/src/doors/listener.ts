import { createServer, type Server, type Socket } from 'node:net';
import { type CairnError, type DetectedProtocol, ProtocolDetector } from '@cairn/protocol/internal';
import type { Host } from '../host.ts';
import { CONNECTIONS_REFUSED_AT_ONCE, DOOR_SWEEP_MS } from '../limits.ts';
import { addressGroup } from '../security/login/address-group.ts';
import type { Settings } from '../settings.ts';
import { cannotListen } from './cannot-listen.ts';
import { markUnixSocket, peerAddress, UNIX_PEER } from './peer-address.ts';
import { refuseConnection, tlsRequired, tooManyConnections } from './refusal.ts';
import { SlowReaders } from './slow-readers.ts';
import type { Certificates } from './tls/certificates.ts';
import { TLS_FIRST_BYTE, TlsUnwrapper } from './tls/tls-unwrapper.ts';
import { listenOnUnixSocket } from './unix/unix-socket.ts';

/** Time after which the system asks a silent peer whether it is still there, milliseconds. */
const KEEP_ALIVE_MS = 60_000;

/** Takes over a socket; `rest` is what has been read of it and was not for the listener. */
export type SocketTaker = (socket: Socket, rest: Buffer) => void;

export interface ListenerParts {
  readonly settings: Settings;
  readonly host: Host;
  /** Absent when there is no TLS. */
  readonly certificates: Certificates | undefined;
  readonly doors: { readonly native: SocketTaker; readonly http: SocketTaker };
  /** Looks after the connections of the doors; called every second. */
  readonly sweep: (nowMs: number) => void;
}

/**
 * The one port, and the Unix socket beside it: accepts connections, takes off their encryption, finds out by their first
 * bytes what they speak, and hands them to that door.
 */
export class Listener {
  readonly #server: Server;
  readonly #unixServer: Server | undefined;
  readonly #tls: TlsUnwrapper | undefined;
  readonly #settings: Settings;
  readonly #host: Host;
  readonly #parts: ListenerParts;
  readonly #sockets = new Set<Socket>();
  readonly #byAddress = new Map<string, number>();
  readonly #slowReaders: SlowReaders;
  /** Why a connection will be sent away as soon as it has said what it speaks. */
  readonly #unwelcome = new WeakMap<Socket, CairnError>();
  #sweeper: NodeJS.Timeout | undefined;

  constructor(parts: ListenerParts) {
    const { settings, certificates } = parts;
    this.#parts = parts;
    this.#settings = settings;
    this.#host = parts.host;
    this.#slowReaders = new SlowReaders(settings.slowReaderTimeoutMs);
    this.#server = this.#makeServer();
    this.#unixServer = settings.unixSocket === undefined ? undefined : this.#makeServer();
    this.#tls =
      certificates && new TlsUnwrapper(certificates, settings.handshakeTimeoutMs, (socket) => this.#decrypted(socket));
  }

  /** The port it listens on. Rejects when the address or the path cannot be had. */
  async listen(): Promise<number> {
    const { port, host, unixSocket } = this.#settings;
    await new Promise<void>((resolve, reject) => {
      const refused = (error: Error) => reject(cannotListen(`${host}:${port}`, error));
      this.#server.once('error', refused);
      this.#server.listen({ port, host, backlog: 1024 }, () => {
        this.#server.off('error', refused);
        resolve();
      });
    });
    if (this.#unixServer !== undefined) await listenOnUnixSocket(this.#unixServer, unixSocket!);
    this.#sweeper = setInterval(() => this.#sweep(), DOOR_SWEEP_MS).unref();
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Accepts nobody any more. Resolves when the last connection is gone, at the latest after `timeoutMs`. */
  async close(timeoutMs: number): Promise<void> {
    clearInterval(this.#sweeper);
    const closed = Promise.all([closeServer(this.#server), closeServer(this.#unixServer)]);
    const killer = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, timeoutMs);
    await closed;
    clearTimeout(killer);
  }

  #makeServer(): Server {
    const server = createServer({
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
    // A few more than there is room for are let in, to be told so.
    server.maxConnections = this.#settings.connectionsMax + CONNECTIONS_REFUSED_AT_ONCE;
    server.on('connection', (socket) => {
      if (server === this.#unixServer) markUnixSocket(socket);
      this.#accept(socket);
    });
    return server;
  }

  #accept(socket: Socket): void {
    const group = addressGroup(peerAddress(socket));
    const fromThere = (this.#byAddress.get(group) ?? 0) + 1;
    this.#byAddress.set(group, fromThere);
    this.#sockets.add(socket);
    this.#slowReaders.add(socket);
    socket.on('close', () => this.#gone(socket, group));
    // A peer that resets its connection is no event of the server's; `close` follows.
    socket.on('error', () => socket.destroy());
    const { connectionsMax, connectionsByAddressMax } = this.#settings;
    if (this.#sockets.size > connectionsMax) {
      this.#unwelcome.set(socket, tooManyConnections('to this server', connectionsMax));
    } else if (fromThere > connectionsByAddressMax && group !== UNIX_PEER) {
      this.#unwelcome.set(socket, tooManyConnections('from this address', connectionsByAddressMax));
    }
    this.#listenFirst(socket);
  }

  #gone(socket: Socket, group: string): void {
    this.#sockets.delete(socket);
    this.#slowReaders.remove(socket);
    const left = this.#byAddress.get(group)! - 1;
    if (left === 0) this.#byAddress.delete(group);
    else this.#byAddress.set(group, left);
  }

  /** Waits for the first bytes: a TLS handshake, or the protocol itself. */
  #listenFirst(socket: Socket): void {
    const isUnix = peerAddress(socket) === UNIX_PEER;
    const detect = this.#detect(socket);
    let isFirst = true;
    this.#awaitOpening(socket, (chunk) => {
      const opensTls = isFirst && chunk[0] === TLS_FIRST_BYTE && !isUnix;
      isFirst = false;
      if (opensTls && this.#tls !== undefined) return () => this.#decrypt(socket, chunk);
      if (this.#settings.tlsRequired && !isUnix) this.#unwelcome.set(socket, tlsRequired());
      return detect(chunk);
    });
  }

  #decrypt(socket: Socket, opening: Buffer): void {
    // A handshake is far more work than turning somebody away: who is not to stay does not get one.
    if (this.#unwelcome.has(socket)) socket.destroy();
    else this.#tls!.unwrap(socket, opening);
  }

  /** Goes on with what came out of an encrypted connection. */
  #decrypted(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    this.#awaitOpening(socket, this.#detect(socket));
  }

  /** Says what is to become of a connection once its bytes tell. */
  #detect(socket: Socket): (chunk: Buffer) => (() => void) | undefined {
    const detector = new ProtocolDetector();
    return (chunk) => {
      const detected = detector.push(chunk);
      return detected && (() => this.#admit(socket, detected.protocol, detected.rest));
    };
  }

  /** Feeds first bytes to `read` until it knows what is to be done; closes whoever takes too long. */
  #awaitOpening(socket: Socket, read: (chunk: Buffer) => (() => void) | undefined): void {
    const timer = setTimeout(() => socket.destroy(), this.#settings.handshakeTimeoutMs);
    const settle = () => {
      clearTimeout(timer);
      socket.off('data', onData);
      socket.off('end', onEnd);
      socket.off('close', settle);
    };
    const onEnd = () => socket.destroy();
    const onData = (chunk: Buffer) => {
      const proceed = read(chunk);
      if (proceed === undefined) return;
      settle();
      socket.pause();
      proceed();
    };
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('close', settle);
  }

  #admit(socket: Socket, protocol: DetectedProtocol, rest: Buffer): void {
    const refusal = this.#unwelcome.get(socket);
    if (refusal !== undefined) refuseConnection(socket, protocol, refusal);
    else if (protocol === 'native') this.#parts.doors.native(socket, rest);
    else this.#parts.doors.http(socket, rest);
  }

  #sweep(): void {
    const nowMs = this.#host.monotonicMs();
    this.#slowReaders.close(nowMs);
    this.#parts.sweep(nowMs);
  }
}

function closeServer(server: Server | undefined): Promise<void> {
  if (server === undefined || !server.listening) return Promise.resolve();
  return new Promise((resolve) => server.close(() => resolve()));
}
