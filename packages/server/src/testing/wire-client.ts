import { connect, type Socket } from 'node:net';
import { decodeMessage, encodeFrame, encodeValue, NATIVE_MAGIC, type ValueObject } from '@cairn/protocol/internal';
import type { SeenReply } from './test-engine.ts';

/** A bare speaker of the native protocol, which can also misbehave: it sends whatever bytes it is told to. */
export class WireClient {
  readonly socket: Socket;
  readonly #waiting: ((reply: SeenReply) => void)[] = [];
  readonly #arrived: SeenReply[] = [];
  #pending = Buffer.alloc(0);
  /** Pieces in which bytes came in: replies of one turn come in one. */
  chunks = 0;
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('data', (chunk) => this.#take(chunk as Buffer));
    socket.on('error', () => {});
  }

  static async connect(port: number): Promise<WireClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new WireClient(socket);
  }

  /** A client that has sent the magic and authenticated as admin. */
  static async authenticated(port: number, password: string): Promise<WireClient> {
    const client = await WireClient.connect(port);
    client.socket.write(NATIVE_MAGIC);
    const reply = await client.call('auth', { username: 'admin', password });
    if (reply.status !== 'ok') throw new Error(`auth: ${reply.code}`);
    return client;
  }

  send(...requests: ValueObject[]): void {
    this.socket.write(Buffer.concat(requests.map((request) => encodeFrame(encodeValue(request)))));
  }

  /** The next reply, whichever request it belongs to. */
  next(): Promise<SeenReply> {
    const arrived = this.#arrived.shift();
    return arrived === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(arrived);
  }

  async many(count: number): Promise<SeenReply[]> {
    const replies: SeenReply[] = [];
    while (replies.length < count) replies.push(await this.next());
    return replies;
  }

  call(cmd: string, fields: ValueObject = {}): Promise<SeenReply> {
    this.send({ cmd, ...fields });
    return this.next();
  }

  close(): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.chunks++;
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= 4) {
      const end = 4 + this.#pending.readUInt32BE(0);
      if (this.#pending.length < end) return;
      const reply = decodeMessage(this.#pending.subarray(4, end)) as unknown as SeenReply;
      this.#pending = this.#pending.subarray(end);
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#arrived.push(reply);
      else waiting(reply);
    }
  }
}
