import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Requests to be sent over keep-alive connections, each waiting for the answer before it sends the next. */
export interface HttpLoad {
  readonly port: number;
  readonly connections: number;
  readonly total: number;
  /** The whole text of request number `serial`. */
  readonly request: (serial: number) => Buffer;
}

/** How a load went. Latencies in milliseconds. */
export interface HttpOutcome {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers whose status was not 200. */
  readonly failures: number;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** Sends the load and waits for all answers. */
export async function drivenHttp(load: HttpLoad): Promise<HttpOutcome> {
  const latencies: number[] = [];
  let sent = 0;
  let failures = 0;
  const channels = await Promise.all(Array.from({ length: load.connections }, () => HttpChannel.open(load.port)));
  const startMs = performance.now();
  await Promise.all(
    channels.map(async (channel) => {
      while (sent < load.total) {
        const sentMs = performance.now();
        if ((await channel.ask(load.request(sent++))) !== 200) failures++;
        latencies.push(performance.now() - sentMs);
      }
    }),
  );
  const seconds = (performance.now() - startMs) / 1000;
  for (const channel of channels) channel.close();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)]!;
  return { perSecond: latencies.length / seconds, p50: at(0.5), p99: at(0.99), failures };
}

/**
 * A keep-alive connection that carries one request at a time. It finds the ends of answers by their Content-Length and
 * decodes nothing else: the client must not be what is measured.
 */
export class HttpChannel {
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  #waiting: { readonly resolve: (status: number) => void; readonly reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('the connection was closed')));
  }

  static async open(port: number): Promise<HttpChannel> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new HttpChannel(socket);
  }

  /** Sends the text of a request; the status of its answer. */
  ask(request: Buffer): Promise<number> {
    this.#socket.write(request);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const headEnd = this.#rest.indexOf(END_OF_HEAD);
    if (headEnd === -1) return;
    const head = this.#rest.toString('latin1', 0, headEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#rest.length < headEnd + 4 + length) return;
    this.#rest = this.#rest.subarray(headEnd + 4 + length);
    this.#waiting?.resolve(Number(head.slice(9, 12)));
    this.#waiting = undefined;
  }
}

export interface HttpRequestText {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request as it goes over the wire. */
export function requestText({ method = 'GET', path, headers = {}, body }: HttpRequestText): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  if (body !== undefined)
    lines.push(`content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${lines.join('')}\r\n${body ?? ''}`);
}
