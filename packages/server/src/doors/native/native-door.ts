import type { Socket } from 'node:net';
import type { Runner } from '../../runner/runner.ts';
import type { Settings } from '../../settings.ts';
import { isLoopback } from '../peer-address.ts';
import { NativeConnection } from './native-connection.ts';
import { ReplyBuffer } from './reply-buffer.ts';

/** The door for connections that opened with the magic. */
export class NativeDoor {
  readonly #runner: Runner;
  readonly #settings: Settings;
  readonly #replies: ReplyBuffer;
  readonly #connections = new Set<NativeConnection>();

  constructor(runner: Runner, settings: Settings) {
    this.#runner = runner;
    this.#settings = settings;
    this.#replies = new ReplyBuffer(settings.frameBytesMax);
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Takes over a socket; `rest` came behind the magic. */
  open(socket: Socket, rest: Buffer): void {
    const connection = new NativeConnection({
      socket,
      runner: this.#runner,
      settings: this.#settings,
      replies: this.#replies,
      sharedIdentity: (address) => this.#sharedIdentity(address),
    });
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
    connection.start(rest);
  }

  /** Lets every connection finish what it has begun. */
  drain(): void {
    for (const connection of this.#connections) connection.drain();
  }

  /** Looks after the connections: closes those that have begun to say something and do not go on, or say nothing at all. */
  sweep(nowMs: number): void {
    for (const connection of this.#connections) connection.sweep(nowMs);
  }

  /** For old pools that authenticate one socket of several: the user of another open connection from the same address. */
  #sharedIdentity(address: string): string | undefined {
    if (!this.#settings.legacyPools || !isLoopback(address)) return undefined;
    for (const { session } of this.#connections) {
      if (session.address === address && session.isAuthenticated) return session.user;
    }
    return undefined;
  }
}
