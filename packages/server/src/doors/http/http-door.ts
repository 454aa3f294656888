import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { DOOR_SWEEP_MS, HTTP_KEEP_ALIVE_MS } from '../../limits.ts';
import type { EndpointDoor } from './endpoints/endpoint-door.ts';
import { withoutOrigin } from './endpoints/endpoint-url.ts';
import type { HttpDoorParts } from './http-door-parts.ts';
import { turnsAway } from './overload.ts';

interface Opened {
  readonly app: FastifyInstance;
  readonly server: Server;
  readonly endpoints: EndpointDoor;
}

/**
 * The door for HTTP/1.1. It listens nowhere: sockets are handed to it. The framework is loaded with the first of them,
 * because a server that nobody asks over HTTP should not pay for it.
 */
export class HttpDoor {
  readonly #parts: HttpDoorParts;
  #opening: Promise<Opened> | undefined;

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
    const { app, server, endpoints } = await this.#opening;
    endpoints.close();
    server.closeIdleConnections();
    await app.close();
    // It never listened, which is all that its complaint would say; what watches over its connections ends.
    server.close(() => {});
  }

  async #start(): Promise<Opened> {
    const { openHttpApplication } = await import('./http-application.ts');
    const { EndpointDoor } = await import('./endpoints/endpoint-door.ts');
    const { runner } = this.#parts;
    const { requestTimeoutMs, handshakeTimeoutMs } = runner.engine.settings;
    const endpoints = new EndpointDoor(runner);
    let server: Server | undefined;
    const app = openHttpApplication(this.#parts, (handler) => {
      const options = {
        keepAliveTimeout: HTTP_KEEP_ALIVE_MS,
        requestTimeout: requestTimeoutMs,
        headersTimeout: Math.min(handshakeTimeoutMs, requestTimeoutMs),
        connectionsCheckingInterval: DOOR_SWEEP_MS,
        // Some clients offer HTTP/2 in the same way, and are to be answered as if they had not.
        shouldUpgradeCallback: (request: IncomingMessage) => {
          request.url = withoutOrigin(request.url!);
          return endpoints.takesUpgrade(request);
        },
      };
      server = createServer(options, (request, response) => {
        request.url = withoutOrigin(request.url!);
        if (turnsAway(runner.admission, request, response)) return;
        if (endpoints.takes(request)) void endpoints.handle(request, response);
        else handler(request, response);
      });
      server.on('upgrade', (request, socket, head) => void endpoints.upgrade(request, socket, head));
      return server;
    });
    await app.ready();
    // Node watches for slow and idle connections from the moment a server listens, and this one never does.
    server!.emit('listening');
    return { app, server: server!, endpoints };
  }
}
