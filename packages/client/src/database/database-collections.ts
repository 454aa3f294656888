import type { Channel } from '../connection/channel.ts';
import type { CommandOptions } from '../options.ts';

/** The collections of one database as a whole. */
export class DatabaseCollections {
  readonly #channel: Channel;
  readonly #database: string;

  constructor(channel: Channel, database: string) {
    this.#channel = channel;
    this.#database = database;
  }

  /** The names of the collections. */
  async list(options?: CommandOptions): Promise<string[]> {
    const reply = await this.#channel.send('list_collections', { database: this.#database }, options);
    return reply.data as string[];
  }

  /** @throws CairnServerError with code `already_exists` */
  async create(
    name: string,
    { type, ...options }: CommandOptions & { readonly type?: 'document' | 'edge' | (string & {}) } = {},
  ): Promise<void> {
    await this.#channel.send('create_collection', { database: this.#database, name, type }, options);
  }

  /** Removes a collection with all its documents. @throws CairnServerError with code `not_found` */
  async drop(name: string, options?: CommandOptions): Promise<void> {
    await this.#channel.send('delete_collection', { database: this.#database, name }, options);
  }
}
