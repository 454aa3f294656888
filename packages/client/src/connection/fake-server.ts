import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import {
  decodeMessage,
  encodeFrame,
  encodeMessage,
  FrameReader,
  ProtocolDetector,
  type ValueObject,
} from '@cairn/protocol/internal';

/** How a fake server answers: a reply (its `rid` is added), `undefined` for silence, or `hang up`. */
export type FakeAnswer = ValueObject | undefined | 'hang up';
/** Answers a FakeAnswer or a promise of one; the replies of tests are literals of many shapes. */
export type FakeHandler = (request: ValueObject, connection: number) => unknown;

/** A server on loopback for tests: it speaks the frames, and its test says what it answers. */
export class FakeServer {
  /** Every request that came, in order. */
  readonly requests: ValueObject[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #handler: FakeHandler;
  readonly #byteByByte: boolean;
  #connections = 0;
  /** The write under way: bytes of two replies must not mix. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(handler: FakeHandler, options: { byteByByte?: boolean }) {
    this.#handler = handler;
    this.#byteByByte = options.byteByByte ?? false;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Starts one on a free port, or on the given one. */
  static async start(handler: FakeHandler, options: { port?: number; byteByByte?: boolean } = {}): Promise<FakeServer> {
    const fake = new FakeServer(handler, options);
    await new Promise<void>((resolve) => fake.#server.listen(options.port ?? 0, '127.0.0.1', resolve));
    return fake;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Connections that have been made so far. */
  get connections(): number {
    return this.#connections;
  }

  /** The commands that came, without the authentications. */
  get commands(): string[] {
    return this.requests.map((request) => String(request.cmd)).filter((command) => command !== 'auth');
  }

  /** Breaks every connection. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.hangUp();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    const connection = this.#connections++;
    const detector = new ProtocolDetector();
    const reader = new FrameReader();
    let detected = false;
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      let bytes = chunk;
      if (!detected) {
        const found = detector.push(chunk);
        if (found === undefined) return;
        detected = true;
        bytes = found.rest;
      }
      reader.push(bytes);
      for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
        void this.#answer(socket, decodeMessage(frame as Buffer) as ValueObject, connection);
      }
    });
  }

  async #answer(socket: Socket, request: ValueObject, connection: number): Promise<void> {
    this.requests.push(request);
    const reply = (await this.#handler(request, connection)) as FakeAnswer;
    if (reply === undefined) return;
    if (reply === 'hang up') {
      socket.destroy();
      return;
    }
    const frame = encodeFrame(encodeMessage(request.rid === undefined ? reply : { ...reply, rid: request.rid }));
    this.#writing = this.#writing.then(() => this.#write(socket, frame));
    await this.#writing;
  }

  async #write(socket: Socket, frame: Buffer): Promise<void> {
    if (!this.#byteByByte) {
      socket.write(frame);
      return;
    }
    for (const byte of frame) {
      socket.write(Uint8Array.of(byte));
      await turn();
    }
  }
}
