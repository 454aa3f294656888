import type { Value } from '@cairn/protocol';
import type { Channel } from '../connection/channel.ts';
import { CairnServerError } from '../errors/cairn-server-error.ts';
import type { CommandOptions } from '../options.ts';
import { CollectionIndexes } from './collection-indexes.ts';
import { CollectionRules } from './collection-rules.ts';
import { CollectionSchema } from './collection-schema.ts';
import type { Document } from './document.ts';

/** What an insert does when the key is taken; `insert`, the default, fails with `already_exists`. */
export type InsertMode = 'insert' | 'replace' | 'update' | 'ignore';

export interface InsertOptions extends CommandOptions {
  readonly mode?: InsertMode;
}

export interface ChangeOptions extends CommandOptions {
  /** Only if the document still has this revision; otherwise the error's code is `conflict`. */
  readonly ifRevision?: string;
}

export interface PageOptions extends CommandOptions {
  readonly limit?: number;
  readonly offset?: number;
}

/**
 * One collection of documents.
 *
 * @example
 * const users = client.database('shop').collection<{ name: string; age: number }>('users');
 * await users.insert({ _key: 'ann', name: 'Ann', age: 30 });
 * await users.update('ann', { age: 31 });
 * const ann = await users.get('ann'); // { _key: 'ann', …, name: 'Ann', age: 31 }
 */
export class Collection<T extends object = { [member: string]: Value }> {
  readonly name: string;
  readonly indexes: CollectionIndexes;
  readonly schema: CollectionSchema;
  readonly rules: CollectionRules;
  readonly #channel: Channel;
  readonly #place: { readonly database: string; readonly collection: string };

  constructor(channel: Channel, place: { database: string; collection: string }) {
    this.name = place.collection;
    this.#channel = channel;
    this.#place = place;
    this.indexes = new CollectionIndexes(channel, place);
    this.schema = new CollectionSchema(channel, place);
    this.rules = new CollectionRules(channel, place);
  }

  /** The document with this key. @throws CairnServerError with code `not_found` */
  async get(key: string, options?: CommandOptions): Promise<Document<T>> {
    const reply = await this.#channel.send('get', { ...this.#place, key }, options);
    return reply.data as Document<T> & Value;
  }

  /** The document with this key, `undefined` when there is none. */
  async find(key: string, options?: CommandOptions): Promise<Document<T> | undefined> {
    try {
      return await this.get(key, options);
    } catch (error) {
      if (error instanceof CairnServerError && error.code === 'not_found' && error.details.key !== undefined)
        return undefined;
      throw error;
    }
  }

  /** Stores a new document and answers it as stored. Without `_key` the server makes one. */
  async insert(document: T & { _key?: string }, { mode, ...options }: InsertOptions = {}): Promise<Document<T>> {
    const reply = await this.#channel.send('insert', { ...this.#place, document, mode }, options);
    return reply.data as Document<T> & Value;
  }

  /** Stores many documents, all or none; answers how many. */
  async bulkInsert(
    documents: readonly (T & { _key?: string })[],
    { mode, ...options }: InsertOptions = {},
  ): Promise<number> {
    const reply = await this.#channel.send('bulk_insert', { ...this.#place, documents, mode }, options);
    return Number(reply.count);
  }

  /** Merges members into a document, at its top level, and answers the whole. */
  async update(key: string, changes: Partial<T>, { ifRevision, ...options }: ChangeOptions = {}): Promise<Document<T>> {
    const fields = { ...this.#place, key, document: changes, merge: true, if_rev: ifRevision };
    const reply = await this.#channel.send('update', fields, options);
    return reply.data as Document<T> & Value;
  }

  /** Puts another document in the place of the one with this key. */
  async replace(key: string, document: T, { ifRevision, ...options }: ChangeOptions = {}): Promise<Document<T>> {
    const reply = await this.#channel.send('replace', { ...this.#place, key, document, if_rev: ifRevision }, options);
    return reply.data as Document<T> & Value;
  }

  /** Removes a document. @throws CairnServerError with code `not_found` */
  async delete(key: string, { ifRevision, ...options }: ChangeOptions = {}): Promise<void> {
    await this.#channel.send('delete', { ...this.#place, key, if_rev: ifRevision }, options);
  }

  /** A page of documents in the order of their keys. */
  async list({ limit, offset, ...options }: PageOptions = {}): Promise<Document<T>[]> {
    const reply = await this.#channel.send('list', { ...this.#place, limit, offset }, options);
    return reply.data as (Document<T> & Value)[];
  }

  /** How many documents there are. */
  async count(options?: CommandOptions): Promise<number> {
    const reply = await this.#channel.send('list', { ...this.#place, limit: 0 }, options);
    return Number(reply.count);
  }

  /** Removes all documents; indexes and schema stay. */
  async truncate(options?: CommandOptions): Promise<void> {
    await this.#channel.send('truncate_collection', this.#place, options);
  }

  /** Counts and sizes. */
  async stats(options?: CommandOptions): Promise<Record<string, Value>> {
    const reply = await this.#channel.send('collection_stats', this.#place, options);
    return reply.data as Record<string, Value>;
  }
}
