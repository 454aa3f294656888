import { CairnError } from '@cairn/protocol/internal';
import type { ClientOptions, TlsOptions } from './options.ts';

/** The numbers that may follow the `?` of a connection string. */
const NUMBER_PARAMETERS: ReadonlySet<string> = new Set([
  'pool',
  'timeoutMs',
  'connectTimeoutMs',
  'reconnectAttempts',
  'retries',
]);

/** Those that name files for TLS, and the option that each is. */
const TLS_PARAMETERS: ReadonlyMap<string, keyof TlsOptions> = new Map([
  ['tlsCa', 'caFile'],
  ['tlsCert', 'certFile'],
  ['tlsKey', 'keyFile'],
  ['tlsServerName', 'serverName'],
]);

/**
 * Reads `cairn://user:password@host:port/database?pool=4&timeoutMs=5000`. Every part but the host may be left out;
 * user, password and database are percent-encoded where they need it. `apiKey` may stand among the parameters. `cairns://`
 * encrypts the connection, with the files that `tlsCa`, `tlsCert` and `tlsKey` name; `socket` is the path of a Unix socket.
 * @throws CairnError invalid_argument, which never repeats the password
 */
export function parseConnectionString(text: string): ClientOptions {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'cairn:' && url.protocol !== 'cairns:')) {
    throw invalid('a connection string looks like cairn://user:password@host:port/database?pool=4');
  }
  const options: Record<string, string | number | true | Record<string, string>> = {};
  const tls: Record<string, string> = {};
  if (url.hostname !== '') options.host = decoded(url.hostname, 'host').replace(/^\[(.*)\]$/, '$1');
  if (url.port !== '') options.port = Number(url.port);
  if (url.username !== '') options.user = decoded(url.username, 'user');
  if (url.password !== '') options.password = decoded(url.password, 'password');
  if (url.pathname.length > 1) options.database = decoded(url.pathname.slice(1), 'database');
  for (const [name, value] of url.searchParams) {
    const tlsOption = TLS_PARAMETERS.get(name);
    if (name === 'apiKey') options.apiKey = value;
    else if (name === 'socket') options.path = value;
    else if (tlsOption !== undefined && url.protocol !== 'cairns:')
      throw invalid(`${name} goes with cairns://, which encrypts`);
    else if (tlsOption !== undefined) tls[tlsOption] = value;
    else if (NUMBER_PARAMETERS.has(name)) options[name] = wholeNumber(name, value);
    else throw invalid(`unknown parameter ${name} in the connection string`);
  }
  if (url.protocol === 'cairns:') options.tls = Object.keys(tls).length === 0 ? true : tls;
  return options;
}

function decoded(part: string, name: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid(`the ${name} in the connection string must be percent-encoded`);
  }
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw invalid(`${name} in the connection string must be a whole number`);
  return Number(value);
}

function invalid(message: string): CairnError {
  return new CairnError('invalid_argument', message);
}
