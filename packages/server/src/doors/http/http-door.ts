import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../../observability/metrics.ts';
import { SERVER_VERSION } from '../../version.ts';
import { isLoopback } from '../native/native-door.ts';

/** What the HTTP door has to know. */
export interface HttpDoorParts {
  readonly metrics: () => Promise<Metrics>;
  /** False while the server is stopping. */
  readonly isReady: () => boolean;
}

/**
 * The door for HTTP/1.1. It listens nowhere: sockets are handed to it. The framework is loaded with the first of them,
 * because a server that nobody asks over HTTP should not pay for it.
 */
export class HttpDoor {
  readonly #parts: HttpDoorParts;
  #opening: Promise<{ app: FastifyInstance; server: Server }> | undefined;

  constructor(parts: HttpDoorParts) {
    this.#parts = parts;
  }

  /** Takes over a socket whose first bytes are `rest`. */
  open(socket: Socket, rest: Buffer): void {
    this.#opening ??= this.#start();
    this.#opening.then(
      ({ server }) => {
        if (socket.destroyed) return;
        if (rest.length > 0) socket.unshift(rest);
        server.emit('connection', socket);
        socket.resume();
      },
      () => socket.destroy(),
    );
  }

  async close(): Promise<void> {
    if (this.#opening === undefined) return;
    const { app, server } = await this.#opening;
    server.closeIdleConnections();
    await app.close();
  }

  async #start(): Promise<{ app: FastifyInstance; server: Server }> {
    const { fastify } = await import('fastify');
    let server: Server | undefined;
    const app = fastify({
      serverFactory: (handler) => {
        server = createServer(handler);
        return server;
      },
    });
    this.#addRoutes(app);
    await app.ready();
    return { app, server: server! };
  }

  #addRoutes(app: FastifyInstance): void {
    const health = () => ({ status: 'healthy', version: SERVER_VERSION });
    app.get('/health', health);
    app.get('/_api/health', health);
    app.get('/ready', (_request, reply) => {
      const ready = this.#parts.isReady();
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'stopping' });
    });
    app.get('/metrics', async (request, reply) => {
      if (!isLoopback(request.socket.remoteAddress ?? '')) {
        return reply.code(401).send(errorBody('unauthenticated', 'metrics are open to this machine only'));
      }
      const metrics = await this.#parts.metrics();
      return reply.type(metrics.contentType).send(await metrics.text());
    });
    app.setNotFoundHandler((request, reply) =>
      reply.code(404).send(errorBody('not_found', `no route ${request.method} ${request.url}`)),
    );
    app.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
      const status = error.statusCode ?? 500;
      const known = status < 500;
      return reply
        .code(status)
        .send(errorBody(known ? 'invalid_argument' : 'internal', known ? error.message : 'Internal error'));
    });
  }
}

/** The one form of errors over HTTP. */
function errorBody(code: string, message: string): { error: string; code: string } {
  return { error: message, code };
}
