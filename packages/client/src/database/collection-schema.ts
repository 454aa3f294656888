import type { Value } from '@cairn/protocol';
import type { Channel } from '../connection/channel.ts';
import type { CommandOptions } from '../options.ts';

/** `strict` refuses documents that do not meet the schema, `lenient` only reports them, `off` does nothing. */
export type ValidationMode = 'strict' | 'lenient' | 'off';

/** The schema of one collection. */
export class CollectionSchema {
  readonly #channel: Channel;
  readonly #place: { readonly database: string; readonly collection: string };

  constructor(channel: Channel, place: { database: string; collection: string }) {
    this.#channel = channel;
    this.#place = place;
  }

  /** The schema as it was set, null when there is none. */
  async get(options?: CommandOptions): Promise<Value> {
    const reply = await this.#channel.send('get_collection_schema', this.#place, options);
    return reply.data ?? null;
  }

  /** Sets a JSON Schema. Documents that are there already are not checked. */
  async set(schema: Value, mode: ValidationMode = 'strict', options?: CommandOptions): Promise<void> {
    const whole = { name: this.#place.collection, schema, validation_mode: mode };
    await this.#channel.send('set_collection_schema', { ...this.#place, schema: whole }, options);
  }

  async delete(options?: CommandOptions): Promise<void> {
    await this.#channel.send('delete_collection_schema', this.#place, options);
  }
}
