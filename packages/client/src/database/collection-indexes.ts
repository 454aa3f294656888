import type { Value } from '@cairn/protocol';
import type { Channel } from '../connection/channel.ts';
import type { CommandOptions } from '../options.ts';

/** An index to be built. */
export interface IndexRequest {
  readonly name: string;
  /** Paths, such as `address.city`, or `tags[*]` for the members of an array. */
  readonly fields: readonly string[];
  /** `persistent` unless said otherwise. */
  readonly type?: string;
  readonly unique?: boolean;
  /** Leaves documents out in which all fields are missing or null. */
  readonly sparse?: boolean;
  readonly options?: Readonly<Record<string, Value>>;
}

/** An index as the server describes it. */
export interface IndexDescription {
  readonly name: string;
  readonly fields: readonly string[];
  readonly unique?: boolean;
  readonly [more: string]: unknown;
}

/** The indexes of one collection. */
export class CollectionIndexes {
  readonly #channel: Channel;
  readonly #place: { readonly database: string; readonly collection: string };

  constructor(channel: Channel, place: { database: string; collection: string }) {
    this.#channel = channel;
    this.#place = place;
  }

  /** Builds an index from the documents that are there, and keeps it from then on. */
  async create(index: IndexRequest, options?: CommandOptions): Promise<IndexDescription> {
    const reply = await this.#channel.send('create_index', { ...this.#place, ...index }, options);
    return reply.data as unknown as IndexDescription;
  }

  async list(options?: CommandOptions): Promise<IndexDescription[]> {
    const reply = await this.#channel.send('list_indexes', this.#place, options);
    return reply.data as unknown as IndexDescription[];
  }

  /** @throws CairnServerError with code `not_found` */
  async drop(name: string, options?: CommandOptions): Promise<void> {
    await this.#channel.send('delete_index', { ...this.#place, name }, options);
  }

  /** Builds all indexes anew; answers the number of documents that were indexed. */
  async rebuild(options?: CommandOptions): Promise<number> {
    const reply = await this.#channel.send('rebuild_indexes', this.#place, options);
    return Number(reply.data);
  }
}
