import { isObject } from '@cairn/protocol/internal';
import { CairnServerError } from '../errors/cairn-server-error.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Connection } from './connection.ts';

/** The database that every server has. */
const SYSTEM_DATABASE = '_system';

/**
 * Authenticates the connections of one client: the first by password or API key, which is slow on purpose, the others by
 * the token that the server answered. A token that has expired leads back to the password.
 */
export class Credentials {
  readonly #options: ResolvedOptions;
  #token: string | undefined;
  /** Where to authenticate instead, once the server has said that the database does not exist. */
  #fallback: string | undefined;

  constructor(options: ResolvedOptions) {
    this.#options = options;
  }

  /** Without credentials it does nothing. @throws CairnServerError with code `unauthenticated` when the server refuses */
  async authenticate(connection: Connection): Promise<void> {
    const { user, apiKey, database } = this.#options;
    if (user === '' && apiKey === undefined) return;
    try {
      await this.#authenticateFor(connection, this.#fallback ?? database);
    } catch (error) {
      // The database of the connection string may be one that the program is about to create.
      if (!(error instanceof CairnServerError) || error.code !== 'not_found' || this.#fallback !== undefined)
        throw error;
      this.#fallback = SYSTEM_DATABASE;
      await this.#authenticateFor(connection, SYSTEM_DATABASE);
    }
  }

  async #authenticateFor(connection: Connection, database: string): Promise<void> {
    const { user, password, apiKey, connectTimeoutMs } = this.#options;
    if (this.#token !== undefined && (await this.#byToken(connection, this.#token, database))) return;
    const reply = await connection.request(
      'auth',
      { database, username: user, password, api_key: apiKey },
      { timeoutMs: connectTimeoutMs },
    );
    this.#token = isObject(reply.data) && typeof reply.data.token === 'string' ? reply.data.token : undefined;
  }

  async #byToken(connection: Connection, token: string, database: string): Promise<boolean> {
    const { connectTimeoutMs } = this.#options;
    try {
      await connection.request(
        'auth',
        { database, username: '', password: '', token },
        { timeoutMs: connectTimeoutMs },
      );
      return true;
    } catch (error) {
      if (!(error instanceof CairnServerError)) throw error;
      this.#token = undefined;
      return false;
    }
  }
}
