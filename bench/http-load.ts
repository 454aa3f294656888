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
  const sockets = await Promise.all(Array.from({ length: load.connections }, () => opened(load.port)));
  const startMs = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      const answers = new AnswerReader(socket);
      while (sent < load.total) {
        const sentMs = performance.now();
        socket.write(load.request(sent++));
        if ((await answers.next()) !== 200) failures++;
        latencies.push(performance.now() - sentMs);
      }
    }),
  );
  const seconds = (performance.now() - startMs) / 1000;
  for (const socket of sockets) socket.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)]!;
  return { perSecond: latencies.length / seconds, p50: at(0.5), p99: at(0.99), failures };
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Finds the ends of answers by their Content-Length, and decodes nothing else: the client must not be what is measured. */
class AnswerReader {
  #rest: Buffer = Buffer.alloc(0);
  #waiting: ((status: number) => void) | undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  next(): Promise<number> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #take(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const headEnd = this.#rest.indexOf(END_OF_HEAD);
    if (headEnd === -1) return;
    const head = this.#rest.toString('latin1', 0, headEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#rest.length < headEnd + 4 + length) return;
    this.#rest = this.#rest.subarray(headEnd + 4 + length);
    this.#waiting?.(Number(head.slice(9, 12)));
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
