import { CairnError, commandByName, type ValueObject } from '@cairn/protocol/internal';
import { CairnCancelledError } from '../errors/cairn-cancelled-error.ts';
import { CairnConnectionError } from '../errors/cairn-connection-error.ts';
import { CairnServerError } from '../errors/cairn-server-error.ts';
import type { CommandOptions, ResolvedOptions } from '../options.ts';
import { backOff } from './back-off.ts';
import type { Channel } from './channel.ts';
import type { CommandFields, Connection } from './connection.ts';
import type { ConnectionPool } from './connection-pool.ts';

/**
 * Sends commands over a pool. One that was lost with its connection is sent again only when the catalogue calls it
 * idempotent, or when it never left; one that an overloaded server refused has not run and may always be. So may one that
 * came to a connection whose session had ended, once the client has shown anew who it is.
 */
export class RetryingChannel implements Channel {
  readonly #pool: ConnectionPool;
  readonly #options: ResolvedOptions;

  constructor(pool: ConnectionPool, options: ResolvedOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  async send(command: string, fields: CommandFields, options: CommandOptions = {}): Promise<ValueObject> {
    const effective = { ...options, timeoutMs: options.timeoutMs ?? this.#options.timeoutMs };
    for (let attempt = 0; ; attempt++) {
      try {
        const connection = await this.#pool.acquire();
        return await this.#request(connection, command, fields, effective);
      } catch (error) {
        if (attempt >= this.#options.retries || !mayRepeat(command, error)) throw error;
      }
      await backOff(attempt, options.signal).catch(() => {
        throw new CairnCancelledError(command, options.signal?.reason);
      });
    }
  }

  async #request(
    connection: Connection,
    command: string,
    fields: CommandFields,
    options: CommandOptions,
  ): Promise<ValueObject> {
    try {
      return await connection.request(command, fields, options);
    } catch (error) {
      if (!hasSessionEnded(command, error)) throw error;
      // With a wrong password the first answer says it better.
      await this.#pool.authenticateAgain(connection).catch(() => {
        throw error;
      });
      return connection.request(command, fields, options);
    }
  }
}

function hasSessionEnded(command: string, error: unknown): boolean {
  return (
    error instanceof CairnServerError && error.code === 'unauthenticated' && commandByName(command)?.access !== 'public'
  );
}

function mayRepeat(command: string, error: unknown): boolean {
  if (error instanceof CairnConnectionError) return error.sent && commandByName(command)?.idempotent === true;
  return error instanceof CairnError && error.code === 'overloaded' && error.retryable;
}
