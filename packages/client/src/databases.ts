import type { Channel } from './connection/channel.ts';
import type { CommandOptions } from './options.ts';

/** The databases of a server as a whole. */
export class Databases {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** The names of the databases that this user may see. */
  async list(options?: CommandOptions): Promise<string[]> {
    const reply = await this.#channel.send('list_databases', {}, options);
    return reply.data as string[];
  }

  /** @throws CairnServerError with code `already_exists` */
  async create(name: string, options?: CommandOptions): Promise<void> {
    await this.#channel.send('create_database', { name }, options);
  }

  /** Removes a database with all it holds. @throws CairnServerError with code `not_found` */
  async drop(name: string, options?: CommandOptions): Promise<void> {
    await this.#channel.send('delete_database', { name }, options);
  }
}
