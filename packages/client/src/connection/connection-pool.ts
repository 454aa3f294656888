import { CairnConnectionError } from '../errors/cairn-connection-error.ts';
import type { ResolvedOptions } from '../options.ts';
import { backOff } from './back-off.ts';
import { Connection } from './connection.ts';
import { Credentials } from './credentials.ts';

/**
 * The connections of one client, opened as they are needed up to a number. A request goes to the one with the least under
 * way; another is opened while all are busy. Broken ones are replaced, with growing waits between the tries.
 */
export class ConnectionPool {
  readonly #options: ResolvedOptions;
  readonly #credentials: Credentials;
  readonly #connections = new Set<Connection>();
  readonly #authenticating = new Map<Connection, Promise<void>>();
  #opening: Promise<Connection> | undefined;
  readonly #closing = new AbortController();

  constructor(options: ResolvedOptions) {
    this.#options = options;
    this.#credentials = new Credentials(options);
  }

  /** Connects for the first time, so that a wrong address or password shows at once and not at the first command. */
  async start(): Promise<void> {
    await this.#open();
  }

  /** A connection that is open and authenticated. @throws CairnConnectionError, CairnServerError from authentication */
  async acquire(): Promise<Connection> {
    if (this.#closing.signal.aborted) throw closed();
    const best = this.#leastBusy();
    if (best === undefined) return this.#grow();
    if (best.load > 0 && this.#connections.size < this.#options.pool) this.#grow().catch(() => {});
    return best;
  }

  /** Shows anew who the client is, on a connection whose session has ended. Those who ask meanwhile wait for the same answer. */
  authenticateAgain(connection: Connection): Promise<void> {
    const under = this.#authenticating.get(connection);
    if (under !== undefined) return under;
    const authenticated = this.#credentials.authenticate(connection).finally(() => {
      this.#authenticating.delete(connection);
    });
    this.#authenticating.set(connection, authenticated);
    return authenticated;
  }

  /** Open connections. */
  get size(): number {
    return this.#connections.size;
  }

  close(): void {
    this.#closing.abort();
    for (const connection of this.#connections) connection.close();
    this.#connections.clear();
  }

  #leastBusy(): Connection | undefined {
    let best: Connection | undefined;
    for (const connection of this.#connections) {
      if (!connection.isOpen) this.#connections.delete(connection);
      else if (best === undefined || connection.load < best.load) best = connection;
    }
    return best;
  }

  /** Opens one more connection; callers that come meanwhile wait for the same one. */
  #grow(): Promise<Connection> {
    this.#opening ??= this.#openPatiently().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #openPatiently(): Promise<Connection> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#open();
      } catch (error) {
        if (!(error instanceof CairnConnectionError) || attempt >= this.#options.reconnectAttempts) throw error;
      }
      await backOff(attempt, this.#closing.signal).catch(() => {
        throw closed();
      });
    }
  }

  async #open(): Promise<Connection> {
    const connection = await Connection.open(this.#options, this.#options.connectTimeoutMs);
    try {
      await this.#credentials.authenticate(connection);
      if (this.#closing.signal.aborted) throw closed();
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#connections.add(connection);
    return connection;
  }
}

function closed(): CairnConnectionError {
  return new CairnConnectionError('the client is closed', { sent: false });
}
