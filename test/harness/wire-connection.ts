import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Packr, Unpackr } from 'msgpackr';

const MAGIC = Buffer.from('solidb-drv-v1\0', 'latin1');
const ANSWER_TIMEOUT_MS = 60_000;
const packr = new Packr({ useRecords: false, variableMapSize: true });
const unpackr = new Unpackr({ useRecords: false, int64AsType: 'auto' as never });

export type Reply = Record<string, unknown> & { status: string };

/** An error answer of the server: `variant` is the wire's name of it, `code` the stable one. */
export class WireError extends Error {
  readonly variant: string;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(command: string, reply: Reply) {
    const error = reply.error as string | Record<string, string>;
    const [variant, message] = typeof error === 'string' ? [error, error] : Object.entries(error)[0]!;
    super(`${command}: ${variant}: ${message}`);
    this.variant = variant;
    this.code = String(reply.code);
    this.details = (reply.details ?? {}) as Record<string, unknown>;
  }
}

/**
 * One connection that speaks the native protocol by itself. It shares nothing with the project's client, so that a
 * mistake cannot hide on both sides of the wire.
 */
export class WireConnection {
  readonly socket: Socket;
  #received: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  readonly #waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('the connection was closed')));
  }

  static async open(port: number): Promise<WireConnection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const connection = new WireConnection(socket);
    socket.write(MAGIC);
    return connection;
  }

  /** Opens a connection and authenticates it. */
  static async login(port: number, username = 'admin', password = 'admin'): Promise<WireConnection> {
    const connection = await WireConnection.open(port);
    await connection.call('auth', { database: '_system', username, password });
    return connection;
  }

  /** The whole reply to one message. */
  send(message: Record<string, unknown>): Promise<Reply> {
    return this.sendBytes(packr.pack(message));
  }

  /** The whole reply to one frame with this payload. */
  sendBytes(payload: Uint8Array): Promise<Reply> {
    if (this.closed) return Promise.reject(new Error('the connection was closed'));
    const header = Buffer.alloc(4);
    header.writeUInt32BE(payload.length);
    this.socket.write(Buffer.concat([header, payload]));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_TIMEOUT_MS} ms`)), ANSWER_TIMEOUT_MS);
      const settle =
        <T>(how: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          how(value);
        };
      this.#waiting.push({ resolve: settle(resolve), reject: settle(reject) });
    });
  }

  /** The `data` of an ok answer (or the whole reply when it has none); throws `WireError` for an error answer. */
  async call(cmd: string, fields: Record<string, unknown> = {}): Promise<unknown> {
    const reply = await this.send({ cmd, ...fields });
    if (reply.status === 'error') throw new WireError(cmd, reply);
    if (reply.status === 'batch') return reply.responses;
    return 'data' in reply ? reply.data : reply;
  }

  async query(database: string, sdbql: string, bindings: Record<string, unknown> = {}): Promise<unknown[]> {
    return (await this.call('query', { database, sdbql, bind_vars: bindings })) as unknown[];
  }

  close(): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 4) {
      const length = this.#received.readUInt32BE(0);
      if (this.#received.length < 4 + length) return;
      const payload = this.#received.subarray(4, 4 + length);
      this.#received = this.#received.subarray(4 + length);
      this.#waiting.shift()?.resolve(unpackr.unpack(payload) as Reply);
    }
  }

  #end(error: Error): void {
    this.closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter.reject(error);
  }
}
