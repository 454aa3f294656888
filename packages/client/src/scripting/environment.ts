import type { Value } from '@cairn/protocol';
import type { Channel } from '../connection/channel.ts';
import type { CommandFields } from '../connection/connection.ts';
import type { CommandOptions } from '../options.ts';

/** The variables that the scripts of one database see. Those whose names do not begin with `PUBLIC_` are for the database's scripts alone. */
export class Environment {
  readonly #channel: Channel;
  readonly #database: string;

  constructor(channel: Channel, database: string) {
    this.#channel = channel;
    this.#database = database;
  }

  async list(options?: CommandOptions): Promise<Record<string, string>> {
    return (await this.#send('list_env_vars', {}, options)) as Record<string, string>;
  }

  /** The value, or null when there is none. */
  async get(key: string, options?: CommandOptions): Promise<string | null> {
    return (await this.#send('get_env_var', { key }, options)) as string | null;
  }

  /** Counts from the next run on. What is no text is kept as JSON. */
  async set(key: string, value: Value, options?: CommandOptions): Promise<void> {
    await this.#send('set_env_var', { key, value }, options);
  }

  /**
   * Sets many at once.
   *
   * @example
   * await db.env.setAll({ PUBLIC_URL: 'https://example.org', MAIL_TOKEN: token });
   */
  async setAll(variables: Readonly<Record<string, Value>>, options?: CommandOptions): Promise<void> {
    await this.#send('set_env_vars_bulk', { vars: variables }, options);
  }

  /** @throws CairnServerError with code `not_found` */
  async delete(key: string, options?: CommandOptions): Promise<void> {
    await this.#send('delete_env_var', { key }, options);
  }

  async #send(command: string, fields: CommandFields, options?: CommandOptions): Promise<Value> {
    return (await this.#channel.send(command, { database: this.#database, ...fields }, options)).data as Value;
  }
}
