import { CairnError } from '@cairn/protocol/internal';
import type { Database, Transaction, TransactionMemory } from '@cairn/storage/internal';
import type { Host } from '../../host.ts';
import { TRANSACTION_WAITING_MAX, TRANSACTIONS_OPEN_BY_USER_MAX } from '../../limits.ts';
import { requireCurrentRules } from '../../security/rights/rules/current-rules.ts';
import type { RuleSubject } from '../../security/rights/rules/rule-subject.ts';
import type { TransactionBudget } from './transaction-budget.ts';

export type IsolationLevel = 'read_uncommitted' | 'read_committed' | 'repeatable_read' | 'serializable';

/** A transaction that a client has begun and not yet ended. */
export class OpenTransaction {
  readonly id: string;
  readonly user: string;
  readonly database: Database;
  readonly isolation: IsolationLevel;
  /** Wall clock, for people. */
  readonly startedMs: number;
  readonly transaction: Transaction;
  readonly isLent: boolean;
  /** On the host's monotonic clock. */
  lastUsedMs: number;
  /** Ends when the command that uses the transaction now is done. */
  busy: Promise<void> | undefined;
  /** Commands that wait for it. */
  waiting = 0;

  constructor(parts: {
    id: string;
    user: string;
    database: Database;
    isolation: IsolationLevel;
    host: Host;
    memory?: TransactionMemory;
    /** A transaction that somebody else has begun and ends: statements leave its state where it is. */
    lent?: Transaction;
  }) {
    this.id = parts.id;
    this.user = parts.user;
    this.database = parts.database;
    this.isolation = parts.isolation;
    this.startedMs = parts.host.nowMs();
    this.lastUsedMs = parts.host.monotonicMs();
    this.isLent = parts.lent !== undefined;
    this.transaction = parts.lent ?? parts.database.begin({ isolation: parts.isolation, memory: parts.memory });
  }

  /**
   * The transaction for one more statement, on the state that its level wants to be read.
   * @param subject whose statement it is: rules that bind him are those of now, or he is told that they have changed
   * @throws CairnError `invalid_argument` for another database's statement; `conflict`: see `Transaction.beginStatement`, and for
   *   rules that have changed since
   */
  statement(database: string, subject: RuleSubject): Transaction {
    if (database === this.database.name) {
      if (!this.isLent) this.transaction.beginStatement();
      requireCurrentRules(this.transaction, this.database, subject);
      return this.transaction;
    }
    throw new CairnError('invalid_argument', `the transaction belongs to database '${this.database.name}'`, {
      details: { tx_id: this.id, database: this.database.name },
    });
  }
}

/**
 * The transactions of all users, by id. An id works on any connection of the user who began it, and for nobody else;
 * one that is not used for a while is rolled back. Commands of one transaction run one after the other.
 */
export class OpenTransactions {
  readonly #host: Host;
  readonly #idleMs: number;
  readonly #openMax: number;
  readonly #budget: TransactionBudget;
  readonly #open = new Map<string, OpenTransaction>();
  readonly #lent = new Map<string, OpenTransaction>();
  readonly #countByUser = new Map<string, number>();

  constructor(options: { host: Host; idleMs: number; openMax: number; budget: TransactionBudget }) {
    this.#host = options.host;
    this.#idleMs = options.idleMs;
    this.#openMax = options.openMax;
    this.#budget = options.budget;
  }

  get size(): number {
    return this.#open.size;
  }

  /** @throws CairnError `limit_exceeded`, `overloaded` (retryable) */
  begin(user: string, database: Database, isolation: IsolationLevel): OpenTransaction {
    const own = this.#countByUser.get(user) ?? 0;
    if (own >= TRANSACTIONS_OPEN_BY_USER_MAX) {
      throw new CairnError('limit_exceeded', `more than ${TRANSACTIONS_OPEN_BY_USER_MAX} open transactions`);
    }
    if (this.#open.size >= this.#openMax) {
      throw new CairnError('overloaded', `more than ${this.#openMax} open transactions`, { retryable: true });
    }
    const id = `tx:${Buffer.from(this.#host.randomBytes(16)).toString('hex')}`;
    const parts = { id, user, database, isolation, host: this.#host, memory: this.#budget.share() };
    const opened = new OpenTransaction(parts);
    this.#open.set(id, opened);
    this.#countByUser.set(user, own + 1);
    return opened;
  }

  /**
   * Lets somebody else's requests act inside a transaction while the statement that runs in it waits for them. Whoever knows the id may
   * use it: nobody can guess it, and it ends with `giveBack`.
   */
  lend(database: Database, transaction: Transaction): { readonly id: string; giveBack(): void } {
    const id = `tx:${Buffer.from(this.#host.randomBytes(16)).toString('hex')}`;
    const { isolation } = transaction;
    this.#lent.set(id, new OpenTransaction({ id, user: '', database, isolation, host: this.#host, lent: transaction }));
    return { id, giveBack: () => this.#lent.delete(id) };
  }

  /** @throws CairnError `transaction_not_found`, also for a transaction of somebody else. */
  find(id: string, user: string): OpenTransaction {
    const lent = this.#lent.get(id);
    if (lent !== undefined) return lent;
    const found = this.#open.get(id);
    if (found === undefined || found.user !== user) throw notFound(id);
    return found;
  }

  /** Runs `work` when no other command uses the transaction: at once if it is free, else in its turn. */
  use<T>(id: string, user: string, work: (open: OpenTransaction) => T | Promise<T>): T | Promise<T> {
    const open = this.find(id, user);
    return open.busy === undefined ? this.#occupy(open, work) : this.#useInTurn(open, work);
  }

  /**
   * The transaction is gone either way.
   * @throws CairnError `conflict`, retryable, when another commit came first; what `check` throws, before anything is written
   */
  async commit(
    id: string,
    user: string,
    by: { readonly depth?: number; readonly check?: (open: OpenTransaction) => void } = {},
  ): Promise<{ lsn: number; database: Database }> {
    return this.use(id, user, async (open) => {
      refuseLent(open);
      const { check, ...author } = by;
      try {
        check?.(open);
      } catch (error) {
        this.#end(open);
        throw error;
      }
      this.#forget(open);
      return { lsn: await open.database.commit(open.transaction, { user, ...author }), database: open.database };
    });
  }

  async rollback(id: string, user: string): Promise<void> {
    await this.use(id, user, (open) => {
      refuseLent(open);
      this.#end(open);
    });
  }

  /** Rolls back whosever transaction. Commands that wait for it find it gone, the one that uses it now comes to its end. */
  async kill(id: string): Promise<void> {
    const open = this.#open.get(id);
    if (open === undefined) throw notFound(id);
    this.#forget(open);
    await open.busy;
    this.#end(open);
  }

  list(): OpenTransaction[] {
    return [...this.#open.values()];
  }

  /** Rolls back what nobody has used for the idle time. */
  sweep(): void {
    const nowMs = this.#host.monotonicMs();
    for (const open of this.#open.values()) {
      if (open.busy === undefined && nowMs - open.lastUsedMs > this.#idleMs) this.#end(open);
    }
  }

  /** Rolls back all transactions of a database that is going away, or of all databases. */
  rollbackAll(database?: string): void {
    for (const open of this.#open.values()) {
      if (database === undefined || open.database.name === database) this.#end(open);
    }
  }

  /** Rolls back all of somebody who is no more: a later namesake is somebody else. */
  rollbackOf(user: string): void {
    for (const open of this.#open.values()) if (open.user === user) this.#end(open);
  }

  #end(open: OpenTransaction): void {
    this.#forget(open);
    open.database.rollback(open.transaction);
  }

  #forget(open: OpenTransaction): void {
    if (!this.#open.delete(open.id)) return;
    const left = this.#countByUser.get(open.user)! - 1;
    if (left > 0) this.#countByUser.set(open.user, left);
    else this.#countByUser.delete(open.user);
  }

  async #useInTurn<T>(open: OpenTransaction, work: (open: OpenTransaction) => T | Promise<T>): Promise<T> {
    if (open.waiting >= TRANSACTION_WAITING_MAX) {
      throw new CairnError('overloaded', 'too many commands wait for this transaction', { retryable: true });
    }
    open.waiting++;
    try {
      while (open.busy !== undefined) await open.busy;
    } finally {
      open.waiting--;
    }
    if ((this.#open.get(open.id) ?? this.#lent.get(open.id)) !== open) throw notFound(open.id);
    return this.#occupy(open, work);
  }

  #occupy<T>(open: OpenTransaction, work: (open: OpenTransaction) => T | Promise<T>): T | Promise<T> {
    open.lastUsedMs = this.#host.monotonicMs();
    const outcome = work(open);
    if (!(outcome instanceof Promise)) return outcome;
    const free = () => {
      open.busy = undefined;
      open.lastUsedMs = this.#host.monotonicMs();
    };
    open.busy = outcome.then(free, free);
    return outcome;
  }
}

function refuseLent({ isLent }: OpenTransaction): void {
  if (!isLent) return;
  throw new CairnError('invalid_argument', 'a trigger may not end the transaction that it runs in');
}

function notFound(id: string): CairnError {
  return new CairnError('transaction_not_found', `Transaction not found: '${id}'`, { details: { tx_id: id } });
}
