import { CairnError, type ValueObject } from '@cairn/protocol';
import type { Channel } from '../connection/channel.ts';
import type { CommandFields } from '../connection/connection.ts';
import type { CommandOptions } from '../options.ts';
import { Statements } from './statements.ts';

export type IsolationLevel = 'read_uncommitted' | 'read_committed' | 'repeatable_read' | 'serializable';

/** Adds the transaction's id to every command. */
class TransactionChannel implements Channel {
  readonly #channel: Channel;
  readonly #id: string;

  constructor(channel: Channel, id: string) {
    this.#channel = channel;
    this.#id = id;
  }

  send(command: string, fields: CommandFields, options?: CommandOptions): Promise<ValueObject> {
    return this.#channel.send(command, { ...fields, tx_id: this.#id }, options);
  }
}

/** An open transaction: collections and queries as in a database, seen by nobody else until `commit`. */
export class Transaction extends Statements {
  /** Valid on every connection of the same user. */
  readonly id: string;
  #parts = 0;

  constructor(channel: Channel, database: string, id: string) {
    super(new TransactionChannel(channel, id), database);
    this.id = id;
  }

  /** Makes the changes durable, all or none. @throws CairnServerError with code `conflict`, which is safe to retry from the start */
  async commit(options?: CommandOptions): Promise<void> {
    await this.channel.send('commit_transaction', {}, options);
  }

  async rollback(options?: CommandOptions): Promise<void> {
    await this.channel.send('rollback_transaction', {}, options);
  }

  /**
   * Runs a function as a part of this transaction: when it throws, what it did is taken back, and only that. Parts may hold
   * parts, and run one after the other. A conflict is for the whole transaction: it is passed on.
   */
  async transaction<R>(work: (transaction: Transaction) => Promise<R>, options?: CommandOptions): Promise<R> {
    const name = `part ${++this.#parts}`;
    await this.savepoint(name, options);
    let result: R;
    try {
      result = await work(this);
    } catch (error) {
      await this.#takeBack(name);
      throw error;
    }
    await this.release(name, options);
    return result;
  }

  /** A transaction that has ended already has nothing to take back; the reason for that is what the caller gets. */
  async #takeBack(name: string): Promise<void> {
    try {
      await this.rollbackTo(name);
      await this.release(name);
    } catch (error) {
      if (!(error instanceof CairnError)) throw error;
    }
  }

  /** Marks a point to which `rollbackTo` goes back. */
  async savepoint(name: string, options?: CommandOptions): Promise<void> {
    await this.channel.send('savepoint', { name }, options);
  }

  async rollbackTo(name: string, options?: CommandOptions): Promise<void> {
    await this.channel.send('rollback_to', { name }, options);
  }

  /** Forgets a savepoint and keeps the changes since. */
  async release(name: string, options?: CommandOptions): Promise<void> {
    await this.channel.send('release', { name }, options);
  }
}
