import { CLIENT_DEFAULTS } from './limits.ts';

/**
 * How the way to a server is encrypted. Certificates and keys are PEM, as texts or as files, which are read at each connection,
 * so that a renewed one is taken.
 */
export interface TlsOptions {
  /** The authority that has signed the server's certificate; without it those that Node knows. */
  readonly ca?: string;
  readonly caFile?: string;
  /** The client's own certificate, for servers that ask for one. */
  readonly cert?: string;
  readonly certFile?: string;
  /** Its key. */
  readonly key?: string;
  readonly keyFile?: string;
  /** The name that the server's certificate must bear, when it is not `host`. */
  readonly serverName?: string;
  /** Believe any certificate. Whoever stands in between can then read everything: for trying things out alone. */
  readonly insecure?: boolean;
}

/** How to reach a server and as whom. */
export interface ClientOptions {
  readonly host?: string;
  readonly port?: number;
  /** A Unix socket's path, instead of host and port. */
  readonly path?: string;
  /** Encrypt the connection: `true`, or how. */
  readonly tls?: boolean | TlsOptions;
  readonly user?: string;
  readonly password?: string;
  /** Instead of user and password. */
  readonly apiKey?: string;
  /** The database that `client.database()` means when no name is given. */
  readonly database?: string;
  /** Connections at most. */
  readonly pool?: number;
  /** Milliseconds that a command may last unless its own options say otherwise; none by default. */
  readonly timeoutMs?: number;
  /** Milliseconds for a connection to be made and authenticated. */
  readonly connectTimeoutMs?: number;
  /** Tries to reconnect before a request fails. */
  readonly reconnectAttempts?: number;
  /** Times that an idempotent command is sent again. */
  readonly retries?: number;
}

/** Options with nothing left out that has a default. */
export type ResolvedOptions = ClientOptions &
  Required<
    Pick<
      ClientOptions,
      'host' | 'port' | 'user' | 'password' | 'database' | 'pool' | 'connectTimeoutMs' | 'reconnectAttempts' | 'retries'
    >
  >;

/** Fills in the defaults. */
export function resolveOptions(options: ClientOptions): ResolvedOptions {
  return {
    ...options,
    host: options.host ?? '127.0.0.1',
    port: options.port ?? CLIENT_DEFAULTS.port,
    user: options.user ?? '',
    password: options.password ?? '',
    database: options.database ?? '_system',
    pool: Math.max(1, options.pool ?? CLIENT_DEFAULTS.poolSize),
    connectTimeoutMs: options.connectTimeoutMs ?? CLIENT_DEFAULTS.connectTimeoutMs,
    reconnectAttempts: options.reconnectAttempts ?? CLIENT_DEFAULTS.reconnectAttempts,
    retries: options.retries ?? CLIENT_DEFAULTS.retries,
  };
}

/** What one command may be told. */
export interface CommandOptions {
  /** Milliseconds until the command is given up, here and on the server. */
  readonly timeoutMs?: number;
  /** Aborting it cancels the command on the server. */
  readonly signal?: AbortSignal;
}
