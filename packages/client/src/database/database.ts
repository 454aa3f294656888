import { CairnError } from '@cairn/protocol/internal';
import { Cron } from '../automation/cron.ts';
import { Triggers } from '../automation/triggers.ts';
import { backOff } from '../connection/back-off.ts';
import type { Channel } from '../connection/channel.ts';
import { CairnCancelledError } from '../errors/cairn-cancelled-error.ts';
import { CairnServerError } from '../errors/cairn-server-error.ts';
import { CLIENT_DEFAULTS } from '../limits.ts';
import type { CommandOptions } from '../options.ts';
import { Environment } from '../scripting/environment.ts';
import { Scripts } from '../scripting/scripts.ts';
import { Services } from '../scripting/services.ts';
import { DatabaseCollections } from './database-collections.ts';
import { Statements } from './statements.ts';
import { type IsolationLevel, Transaction } from './transaction.ts';

export interface BeginOptions extends CommandOptions {
  readonly isolation?: IsolationLevel;
}

export interface TransactionOptions extends BeginOptions {
  /** Times that the function is run before a conflict is passed on. */
  readonly attempts?: number;
}

/** One database: its collections, queries and transactions. */
export class Database extends Statements {
  readonly collections: DatabaseCollections;
  readonly cron: Cron;
  readonly triggers: Triggers;
  readonly scripts: Scripts;
  readonly services: Services;
  readonly env: Environment;
  readonly #channel: Channel;

  constructor(channel: Channel, name: string) {
    super(channel, name);
    this.#channel = channel;
    this.collections = new DatabaseCollections(channel, name);
    this.cron = new Cron(channel, name);
    this.triggers = new Triggers(channel, name);
    this.scripts = new Scripts(channel, name);
    this.services = new Services(channel, name);
    this.env = new Environment(channel, name);
  }

  /** Begins a transaction that its caller commits or rolls back. The server ends it after a minute of silence. */
  async begin({ isolation, ...options }: BeginOptions = {}): Promise<Transaction> {
    const reply = await this.#channel.send(
      'begin_transaction',
      { database: this.name, isolation_level: isolation },
      options,
    );
    return new Transaction(this.#channel, this.name, String(reply.tx_id ?? reply.data));
  }

  /**
   * Runs a function in a transaction and commits. When somebody else's commit is in the way, all of it is run again, with
   * growing waits, so the function must have no effects of its own. An error of the function rolls back and is passed on.
   * When the connection is lost at the commit nobody knows whether it has happened: that error is passed on too.
   *
   * @example
   * await db.transaction(async (tx) => {
   *   const from = await tx.collection<{ balance: number }>('accounts').get('ann');
   *   await tx.collection('accounts').update('ann', { balance: from.balance - 10 });
   * }, { isolation: 'serializable' });
   */
  async transaction<R>(work: (transaction: Transaction) => Promise<R>, options: TransactionOptions = {}): Promise<R> {
    const { attempts = CLIENT_DEFAULTS.transactionAttempts, ...rest } = options;
    // With less than snapshot isolation two writers would not see each other, and there would be nothing to retry.
    const begin = { ...rest, isolation: rest.isolation ?? 'repeatable_read' };
    for (let attempt = 0; ; attempt++) {
      const transaction = await this.begin(begin);
      try {
        const result = await work(transaction);
        await transaction.commit(options);
        return result;
      } catch (error) {
        await transaction.rollback().catch(ignoreEnded);
        if (attempt + 1 >= attempts || !(error instanceof CairnServerError) || !error.retryable) throw error;
      }
      await backOff(attempt, options.signal, CLIENT_DEFAULTS.conflictBackOffFirstMs).catch(() => {
        throw new CairnCancelledError('transaction', options.signal?.reason);
      });
    }
  }
}

/** A transaction that has ended already needs no rollback, and one whose connection is lost expires by itself. */
function ignoreEnded(error: unknown): void {
  if (!(error instanceof CairnError)) throw error;
}
