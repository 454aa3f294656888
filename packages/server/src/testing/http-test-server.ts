import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, startServer } from '../server.ts';
import { resolveSettings } from '../settings.ts';
import { ADMIN_PASSWORD } from './test-engine.ts';

/** A JSON value of which a test knows what it is. */
export interface Json {
  readonly [name: string]: Json;
}

export interface HttpTestRequest {
  readonly method?: string;
  readonly body?: string | Uint8Array | FormData | object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpTestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
  readonly json: Json;
}

/** For tests: a server with a folder of its own, and requests to it as its administrator. */
export class HttpTestServer {
  readonly server: RunningServer;
  readonly base: string;
  readonly #folder: string;
  readonly #authorization = `Basic ${btoa(`admin:${ADMIN_PASSWORD}`)}`;

  private constructor(server: RunningServer, folder: string) {
    this.server = server;
    this.base = `http://127.0.0.1:${server.port}`;
    this.#folder = folder;
  }

  static async start(settings: Readonly<Record<string, unknown>> = {}): Promise<HttpTestServer> {
    const folder = await mkdtemp(join(tmpdir(), 'cairn-http-'));
    const flags = { port: 0, dataDir: join(folder, 'data'), logLevel: 'silent', adminPassword: ADMIN_PASSWORD };
    return new HttpTestServer(await startServer(resolveSettings({ flags: { ...flags, ...settings } })), folder);
  }

  /** Objects are sent as JSON, the rest as it is. */
  async send(path: string, { method, body, headers }: HttpTestRequest = {}): Promise<HttpTestAnswer> {
    const isPlain = typeof body === 'object' && !(body instanceof Uint8Array) && !(body instanceof FormData);
    const response = await fetch(this.base + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        authorization: this.#authorization,
        ...(isPlain && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isPlain ? JSON.stringify(body) : (body as RequestInit['body']) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString('utf8');
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
    const json = (isJson ? JSON.parse(text) : {}) as Json;
    return { status: response.status, headers: response.headers, bytes, text, json };
  }

  /** Sends bytes over a socket of their own; answers what comes back until the server closes or says no more. */
  sendRaw(bytes: string | Uint8Array, quietMs = 200): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(this.server.port, '127.0.0.1');
      const chunks: Buffer[] = [];
      const finish = () => {
        socket.destroy();
        resolve(Buffer.concat(chunks).toString('latin1'));
      };
      let quiet = setTimeout(finish, 10 * quietMs);
      socket.on('data', (chunk) => {
        chunks.push(chunk);
        clearTimeout(quiet);
        quiet = setTimeout(finish, quietMs);
      });
      socket.on('error', finish);
      socket.on('close', () => {
        clearTimeout(quiet);
        finish();
      });
      socket.write(bytes);
    });
  }

  async close(): Promise<void> {
    await this.server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
