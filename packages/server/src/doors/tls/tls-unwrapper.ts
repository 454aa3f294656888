import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Certificates } from './certificates.ts';

/** The first byte of a connection that begins with TLS: a handshake record. */
export const TLS_FIRST_BYTE = 0x16;

/** Takes the encryption off connections. It listens nowhere: sockets are handed to it. */
export class TlsUnwrapper {
  readonly #server: Server;

  /**
   * @param handshakeTimeoutMs a handshake that takes longer is given up
   * @param take gets each connection whose handshake is done
   */
  constructor(certificates: Certificates, handshakeTimeoutMs: number, take: (socket: TLSSocket) => void) {
    const asksClients = certificates.options.ca !== undefined;
    this.#server = createServer({
      ...certificates.options,
      requestCert: asksClients,
      rejectUnauthorized: asksClients,
      handshakeTimeout: handshakeTimeoutMs,
      ALPNProtocols: ['http/1.1'],
    });
    certificates.onChange((options) => this.#server.setSecureContext(options));
    this.#server.on('secureConnection', (socket) => {
      socket.allowHalfOpen = true;
      take(socket);
    });
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy());
  }

  /** Takes over a socket whose first bytes are `opening`. */
  unwrap(socket: Socket, opening: Buffer): void {
    // A client that gives up in the middle of the handshake has ended both ways.
    socket.allowHalfOpen = false;
    socket.unshift(opening);
    this.#server.emit('connection', socket);
  }
}
