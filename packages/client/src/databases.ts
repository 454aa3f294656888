import type { Channel } from './connection/channel.ts';
import type { CommandOptions } from './options.ts';

export type Durability = 'full' | 'relaxed';

export interface CreateDatabaseOptions extends CommandOptions {
  /** `full` unless said otherwise. */
  readonly durability?: Durability;
}

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
  async create(name: string, { durability, ...options }: CreateDatabaseOptions = {}): Promise<void> {
    await this.#channel.send('create_database', { name, durability }, options);
  }

  /**
   * Says what an acknowledged write is worth from now on: `full`, it is on disk; `relaxed`, it will be within some ten
   * milliseconds, and a crash may take the last of them.
   */
  async setDurability(name: string, durability: Durability, options?: CommandOptions): Promise<void> {
    await this.#channel.send('set_durability', { database: name, durability }, options);
  }

  /** Removes a database with all it holds. @throws CairnServerError with code `not_found` */
  async drop(name: string, options?: CommandOptions): Promise<void> {
    await this.#channel.send('delete_database', { name }, options);
  }
}
