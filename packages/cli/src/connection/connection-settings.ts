import type { TlsOptions } from '@cairn/client';
import { UsageError } from '../command-error.ts';

/** What the command line says about the server. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly user?: string;
  readonly password?: string;
  readonly socket?: string;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** Whom to ask, as whom. */
export interface ConnectionSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Absent when nobody has told one. */
  readonly password?: string;
  /** A Unix socket, instead of host and port. */
  readonly path?: string;
  /** Absent when nothing is encrypted. */
  readonly tls?: true | TlsOptions;
}

const DEFAULT_URL = 'cairn://127.0.0.1:6745';
const DEFAULT_PORT = 6745;
const DEFAULT_USER = 'admin';

/**
 * Settles the connection from options, then `CAIRN_URL`, `CAIRN_USER`, `CAIRN_PASSWORD`, then what is in the URL itself
 * (`cairn://user:password@host:port`), then the defaults.
 */
export function connectionSettings(
  options: ConnectionOptions,
  environment: Readonly<Record<string, string | undefined>>,
): ConnectionSettings {
  const text = options.url ?? (environment.CAIRN_URL || DEFAULT_URL);
  const url = parseUrl(text);
  const password =
    options.password ?? (environment.CAIRN_PASSWORD || undefined) ?? (decoded(url.password, text) || undefined);
  const path = options.socket ?? (environment.CAIRN_SOCKET || undefined);
  const tls = tlsOf(url, options, environment);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1',
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    user: named(options.user) ?? (environment.CAIRN_USER || decoded(url.username, text) || DEFAULT_USER),
    password,
    ...(path !== undefined && { path }),
    ...(tls !== undefined && { tls }),
  };
}

function named(user: string | undefined): string | undefined {
  if (user === '') throw new UsageError('--user is empty');
  return user;
}

/** Whoever names an authority or a certificate wants encryption, whatever the URL says. */
function tlsOf(
  url: URL,
  options: ConnectionOptions,
  environment: Readonly<Record<string, string | undefined>>,
): true | TlsOptions | undefined {
  const caFile = options.tlsCa ?? (environment.CAIRN_TLS_CA || undefined);
  const { tlsCert: certFile, tlsKey: keyFile } = options;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UsageError('a certificate goes with its key: --tls-cert and --tls-key');
  }
  if (caFile === undefined && certFile === undefined) return url.protocol === 'cairns:' ? true : undefined;
  return { ...(caFile !== undefined && { caFile }), ...(certFile !== undefined && { certFile, keyFile }) };
}

function parseUrl(text: string): URL {
  const whole = text.includes('://') ? text : `cairn://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined || (url.protocol !== 'cairn:' && url.protocol !== 'cairns:')) {
    throw new UsageError(`a server is named as cairn://host:port, not ${withoutPassword(text)}`);
  }
  return url;
}

function decoded(part: string, url: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new UsageError(`user and password in ${withoutPassword(url)} must be percent-encoded`);
  }
}

function withoutPassword(url: string): string {
  return url.replace(/:[^:@/]*@/, ':…@');
}
