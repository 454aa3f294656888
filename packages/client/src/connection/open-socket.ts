import { readFileSync } from 'node:fs';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectEncrypted } from 'node:tls';
import { CairnConnectionError } from '../errors/cairn-connection-error.ts';
import type { TlsOptions } from '../options.ts';

/** Where a server listens, and whether the way there is encrypted. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** A Unix socket's path, instead of host and port. Nothing on it is encrypted, because nothing leaves the machine. */
  readonly path?: string;
  readonly tls?: boolean | TlsOptions;
}

/** Connects a socket, encrypted where the address says so. @throws CairnConnectionError */
export function openSocket(address: Address, timeoutMs: number): Promise<Socket> {
  const where = address.path ?? `${address.host}:${address.port}`;
  return new Promise((resolve, reject) => {
    const refuse = (reason: string, cause?: unknown) =>
      reject(new CairnConnectionError(`cannot connect to ${where}: ${reason}`, { sent: false, cause }));
    let connecting: Connecting;
    try {
      connecting = begin(address);
    } catch (error) {
      refuse((error as Error).message, error);
      return;
    }
    const { socket, ready } = connecting;
    const fail = (reason: string, cause?: unknown): void => {
      clearTimeout(timer);
      socket.destroy();
      refuse(reason, cause);
    };
    const timer = setTimeout(() => fail(`no answer within ${timeoutMs} ms`), timeoutMs);
    const onError = (error: Error): void => fail(reasonOf(error), error);
    socket.once('error', onError);
    socket.once(ready, () => {
      clearTimeout(timer);
      socket.off('error', onError);
      resolve(socket);
    });
  });
}

/** What the system or OpenSSL says, in words for whoever wants to connect. */
function reasonOf(error: NodeJS.ErrnoException): string {
  const { code = '', message } = error;
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'what listens there does not speak TLS';
  if (
    code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' ||
    code === 'SELF_SIGNED_CERT_IN_CHAIN' ||
    code === 'DEPTH_ZERO_SELF_SIGNED_CERT'
  )
    return `the authority of the server's certificate is not known here (${code})`;
  return /^(connect|getaddrinfo) /.test(message) ? code : message;
}

interface Connecting {
  readonly socket: Socket;
  /** The event that says that bytes may be sent. */
  readonly ready: 'connect' | 'secureConnect';
}

function begin({ host, port, path, tls }: Address): Connecting {
  if (path !== undefined) return { socket: connectPlain({ path }), ready: 'connect' };
  const place = { host, port, noDelay: true, keepAlive: true };
  if (tls === undefined || tls === false) return { socket: connectPlain(place), ready: 'connect' };
  const options = tls === true ? {} : tls;
  const socket = connectEncrypted({
    ...place,
    ca: options.ca ?? fileText(options.caFile),
    cert: options.cert ?? fileText(options.certFile),
    key: options.key ?? fileText(options.keyFile),
    // The name under which the server is asked for; addresses are no names.
    servername: options.serverName ?? (isIP(host) === 0 ? host : ''),
    rejectUnauthorized: options.insecure !== true,
  });
  return { socket, ready: 'secureConnect' };
}

function fileText(path: string | undefined): string | undefined {
  return path === undefined ? undefined : readFileSync(path, 'utf8');
}
