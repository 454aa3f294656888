import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { CairnServerError, type Database, type Transaction } from '@cairn/client';
import type { Level, Operation, RecordedTransaction } from '../lists/history.ts';
import type { Board } from './board.ts';
import { ListStatements } from './list-statements.ts';

/** Of a hundred transactions so many are given up although nothing is wrong. */
const GIVEN_UP_PERCENT = 8;
const SAVEPOINT_PERCENT = 10;
/** Documents that transactions below snapshot isolation write: there updates may be lost, so nobody checks their order. */
export const LOOSE = 'loose';
const LOOSE_DOCUMENTS = 8;

/** Answers that a transaction may get without anything being wrong. */
const LOST_CODES: ReadonlySet<string> = new Set(['conflict', 'already_exists']);

/** One client at work on lists: transactions of all kinds, one after the other, and a record of what it saw. */
export class ListClient {
  readonly #database: Database;
  readonly #board: Board;
  readonly recorded: RecordedTransaction[] = [];
  /** What was written to documents whose order is nobody's business: only what must never be seen. */
  readonly loose: RecordedTransaction[] = [];

  constructor(database: Database, board: Board) {
    this.#database = database;
    this.#board = board;
  }

  /** Runs one transaction, whatever becomes of it. */
  async next(): Promise<void> {
    const { random, levels } = this.#board;
    const chance = random.below(100);
    if (chance < 10) return this.#alone('append');
    if (chance < 20) return this.#alone('read');
    const level = random.pick(levels);
    await (level === 'read_committed' || level === 'read_uncommitted'
      ? this.#looseTransaction(level)
      : this.#transaction(level));
  }

  /** One statement outside any transaction. */
  async #alone(kind: 'append' | 'read'): Promise<void> {
    const board = this.#board;
    const lists = new ListStatements(this.#database, board.random);
    const [list, value] = kind === 'append' ? [board.listToAppend(), board.nextValue()] : [board.listToRead(), 0];
    const begunAt = board.now();
    let operations: Operation[] = kind === 'append' ? [{ kind, key: list, value }] : [];
    let outcome: RecordedTransaction['outcome'] = 'committed';
    try {
      if (kind === 'append') operations = await lists.appendAlone(list, value);
      else operations = await (board.random.below(2) === 0 ? lists.read(list) : lists.scan(board.bucketToScan()));
    } catch (error) {
      outcome = outcomeOf(error);
    }
    this.recorded.push({ level: 'plain', operations, outcome, begunAt, endedAt: board.now() });
  }

  async #transaction(level: Level): Promise<void> {
    const board = this.#board;
    const begunAt = board.now();
    const operations: Operation[] = [];
    /** Taken back by a savepoint: as good as aborted. */
    const takenBack: Operation[] = [];
    const transaction = await this.#database.begin({ isolation: level as 'serializable' });
    let outcome: RecordedTransaction['outcome'];
    try {
      const lists = new ListStatements(transaction, board.random);
      const steps = 1 + board.random.below(5);
      const readsOnly = board.random.below(5) === 0;
      for (let step = 0; step < steps; step++) {
        if (!readsOnly && board.random.below(100) < SAVEPOINT_PERCENT)
          takenBack.push(...(await this.#takenBack(transaction, lists)));
        else operations.push(...(await this.#step(lists, readsOnly)));
        await this.#pause();
      }
      outcome = await this.#end(transaction);
    } catch (error) {
      outcome = outcomeOf(error);
      await transaction.rollback().catch(() => {});
    }
    const endedAt = board.now();
    this.recorded.push({ level, operations, outcome, begunAt, endedAt });
    if (takenBack.length > 0)
      this.recorded.push({ level, operations: takenBack, outcome: 'aborted', isTakenBack: true, begunAt, endedAt });
  }

  /** An operation, or two reads at the same time, which then go over different connections. */
  async #step(lists: ListStatements, readsOnly: boolean): Promise<Operation[]> {
    const board = this.#board;
    const chance = board.random.below(100);
    if (!readsOnly && chance < 45) return lists.append(board.listToAppend(), board.nextValue());
    if (chance < 70) return lists.read(board.listToRead());
    if (chance < 90) return lists.scan(board.bucketToScan());
    const both = await Promise.all([lists.read(board.listToRead()), lists.read(board.listToRead())]);
    return both.flat();
  }

  /** Appends something and takes it back: nobody may ever see it. */
  async #takenBack(transaction: Transaction, lists: ListStatements): Promise<Operation[]> {
    const board = this.#board;
    const [list, value] = [board.listToAppend(), board.nextValue()];
    await transaction.savepoint('before');
    await lists.append(list, value);
    await transaction.rollbackTo('before');
    return [{ kind: 'append', key: list, value }];
  }

  async #end(transaction: Transaction): Promise<RecordedTransaction['outcome']> {
    if (this.#board.random.below(100) < GIVEN_UP_PERCENT) {
      await transaction.rollback();
      return 'aborted';
    }
    await transaction.commit();
    return 'committed';
  }

  /** A transaction that reads the newest state in each statement: what it sees must be committed and finished. */
  async #looseTransaction(level: Level): Promise<void> {
    const board = this.#board;
    const begunAt = board.now();
    const operations: Operation[] = [];
    const transaction = await this.#database.begin({ isolation: level as 'read_committed' });
    const loose = transaction.collection<{ value: number }>(LOOSE);
    let outcome: RecordedTransaction['outcome'];
    try {
      const steps = 1 + board.random.below(5);
      for (let step = 0; step < steps; step++) {
        const key = board.random.below(LOOSE_DOCUMENTS);
        if (board.random.below(2) === 0) {
          const value = board.nextValue();
          operations.push({ kind: 'append', key, value });
          await loose.insert({ _key: `k${key}`, value }, { mode: 'replace' });
        } else {
          const found = await loose.find(`k${key}`);
          operations.push({ kind: 'read', key, list: found === undefined ? [] : [found.value] });
        }
        await this.#pause();
      }
      outcome = await this.#end(transaction);
    } catch (error) {
      outcome = outcomeOf(error);
      await transaction.rollback().catch(() => {});
    }
    this.loose.push({ level, operations, outcome, begunAt, endedAt: board.now() });
  }

  async #pause(): Promise<void> {
    const chance = this.#board.random.below(100);
    if (chance < 10) await delay(this.#board.random.below(4));
    else if (chance < 30) await turn();
  }
}

/** @throws what is no answer that a transaction may get */
function outcomeOf(error: unknown): RecordedTransaction['outcome'] {
  if (error instanceof CairnServerError && LOST_CODES.has(error.code)) return 'aborted';
  throw error;
}
