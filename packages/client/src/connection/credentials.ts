import { isObject } from '@cairn/protocol/internal';
import { CairnServerError } from '../errors/cairn-server-error.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Connection } from './connection.ts';

/**
 * Authenticates the connections of one client: the first by password or API key, which is slow on purpose, the others by
 * the token that the server answered. A token that has expired leads back to the password.
 */
export class Credentials {
  readonly #options: ResolvedOptions;
  #token: string | undefined;

  constructor(options: ResolvedOptions) {
    this.#options = options;
  }

  /** @throws CairnServerError with code `unauthenticated` when the server refuses */
  async authenticate(connection: Connection): Promise<void> {
    const { user, password, apiKey, database, connectTimeoutMs } = this.#options;
    if (user === '' && apiKey === undefined) return;
    if (this.#token !== undefined && (await this.#byToken(connection, this.#token))) return;
    const reply = await connection.request(
      'auth',
      { database, username: user, password, api_key: apiKey },
      { timeoutMs: connectTimeoutMs },
    );
    this.#token = isObject(reply.data) && typeof reply.data.token === 'string' ? reply.data.token : undefined;
  }

  async #byToken(connection: Connection, token: string): Promise<boolean> {
    const { database, connectTimeoutMs } = this.#options;
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
