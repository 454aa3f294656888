import type { SeededRandom } from '../../harness/seeded-random.ts';
import { type WireConnection, WireError } from '../../harness/wire-connection.ts';
import { ACCOUNTS, accountKey, BANK, BATCH } from './bank.ts';
import type { Effect, Move, OperationLog } from './operation.ts';

const RETRIES_MAX = 50;
const LARGE_BYTES = 300_000;

/** One connection that writes to the bank, an operation after the other. Names that it makes begin with its own. */
export class BankWriter {
  readonly #name: string;
  readonly #wire: WireConnection;
  readonly #log: OperationLog;
  readonly #random: SeededRandom;
  #turn = 0;
  /** The values of its own documents in `singles` that are there. */
  readonly #living: string[] = [];
  readonly #collections: string[] = [];
  readonly #indexes: string[] = [];

  constructor(parts: { name: string; wire: WireConnection; log: OperationLog; random: SeededRandom }) {
    this.#name = parts.name;
    this.#wire = parts.wire;
    this.#log = parts.log;
    this.#random = parts.random;
  }

  /** One operation of any kind. @throws WireError when the server refuses it, Error when the server is gone */
  async turn(): Promise<void> {
    const choice = this.#random.below(100);
    if (choice < 35) await this.transfer();
    else if (choice < 75) await this.single();
    else if (choice < 94) await this.batch();
    else if (choice < 97) await this.collection();
    else await this.index();
  }

  /** Writes until the connection ends. @throws WireError: the server may vanish, but not refuse */
  async untilTheEnd(): Promise<void> {
    try {
      for (;;) await this.turn();
    } catch (error) {
      if (error instanceof WireError) throw error;
    } finally {
      this.#wire.close();
    }
  }

  /** Moves money between two to five accounts in an interactive transaction, again when another one was first. */
  async transfer(): Promise<void> {
    const accounts = new Set<number>();
    const count = 2 + this.#random.below(4);
    while (accounts.size < count) accounts.add(this.#random.below(ACCOUNTS));
    const moves = [...accounts].map((number) => ({ account: accountKey(number), amount: 1 + this.#random.below(9) }));
    moves[0] = { ...moves[0]!, amount: -moves.slice(1).reduce((sum, { amount }) => sum + amount, 0) };
    for (let attempt = 0; attempt < RETRIES_MAX; attempt++) {
      if (await this.#tryTransfer(moves)) return;
    }
  }

  async #tryTransfer(moves: readonly Move[]): Promise<boolean> {
    const transfer = this.#nextName();
    const begun = { database: BANK, isolation_level: 'repeatable_read' };
    const tx_id = (await this.#wire.call('begin_transaction', begun)) as string;
    try {
      for (const { account, amount } of moves) {
        const place = { database: BANK, collection: 'accounts', key: account, tx_id };
        const { balance } = (await this.#wire.call('get', place)) as { balance: number };
        await this.#wire.call('update', { ...place, document: { balance: balance + amount } });
      }
      const document = { _key: transfer, first: moves[0]!.account, moves };
      await this.#wire.call('insert', { database: BANK, collection: 'transfers', document, tx_id });
      await this.#perform({ kind: 'transfer', transfer, moves }, 'commit_transaction', { tx_id });
      return true;
    } catch (error) {
      if (error instanceof WireError && error.code === 'conflict') return false;
      throw error;
    }
  }

  /** Inserts, changes or removes a document of its own; some are larger than a block. */
  async single(): Promise<void> {
    const value = ++this.#turn;
    const place = { database: BANK, collection: 'singles' };
    const choice = this.#living.length === 0 ? 0 : this.#random.below(6);
    if (choice < 3) {
      const key = this.#nextName();
      const document = { _key: key, value, filling: 'x'.repeat(this.#fillingBytes()) };
      await this.#perform({ kind: 'single', key, value }, 'insert', { ...place, document });
      this.#living.push(key);
      return;
    }
    const at = this.#random.below(this.#living.length);
    const key = this.#living[at]!;
    if (choice < 5) {
      const document = { value, filling: 'y'.repeat(this.#fillingBytes()) };
      await this.#perform({ kind: 'single', key, value }, 'update', { ...place, key, document });
      return;
    }
    this.#living.splice(at, 1);
    await this.#perform({ kind: 'single', key, value: null }, 'delete', { ...place, key });
  }

  /** A document of many blocks' bytes. */
  async large(): Promise<void> {
    const value = ++this.#turn;
    const key = this.#nextName();
    const document = { _key: key, value, filling: 'z'.repeat(LARGE_BYTES) };
    const fields = { database: BANK, collection: 'singles', document };
    await this.#perform({ kind: 'single', key, value }, 'insert', fields);
    this.#living.push(key);
  }

  async batch(): Promise<void> {
    const batch = this.#nextName();
    const documents = Array.from({ length: BATCH }, (_, member) => ({ _key: `${batch}-${member}`, batch, member }));
    await this.#perform({ kind: 'batch', batch }, 'bulk_insert', { database: BANK, collection: 'batches', documents });
  }

  /** Makes a collection, or drops one that it made. */
  async collection(): Promise<void> {
    if (this.#collections.length > 3) {
      const name = this.#collections.shift()!;
      await this.#perform({ kind: 'collection', name, present: false }, 'delete_collection', { database: BANK, name });
      return;
    }
    const name = this.#nextName();
    await this.#perform({ kind: 'collection', name, present: true }, 'create_collection', { database: BANK, name });
    this.#collections.push(name);
  }

  /** Makes an index of `extra`, or drops one that it made. */
  async index(): Promise<void> {
    const place = { database: BANK, collection: 'extra' };
    if (this.#indexes.length > 3) {
      const name = this.#indexes.shift()!;
      await this.#perform({ kind: 'index', name, present: false }, 'delete_index', { ...place, name });
      return;
    }
    const name = this.#nextName();
    const fields = { ...place, name, fields: ['value'] };
    await this.#perform({ kind: 'index', name, present: true }, 'create_index', fields);
    this.#indexes.push(name);
  }

  /** Sends the request that makes an effect durable, and notes what came of it. */
  async #perform(effect: Effect, command: string, fields: Record<string, unknown>): Promise<void> {
    const operation = this.#log.begin(this.#nextName(), effect);
    const reply = await this.#wire.send({ cmd: command, ...fields, rid: operation.id });
    if (reply.status !== 'error') {
      operation.outcome = 'acknowledged';
      operation.lsn = typeof reply.lsn === 'number' ? reply.lsn : undefined;
      return;
    }
    const error = new WireError(command, reply);
    operation.outcome = isUndone(error) ? 'refused' : 'open';
    throw error;
  }

  #nextName(): string {
    return `${this.#name}-${++this.#turn}`;
  }

  #fillingBytes(): number {
    const choice = this.#random.below(20);
    return choice === 0 ? 20_000 : choice < 4 ? 2000 : this.#random.below(200);
  }
}

/** Whether an error promises that nothing of the operation was stored. After a failed flush nobody knows. */
function isUndone(error: WireError): boolean {
  return ['conflict', 'storage_full'].includes(error.code);
}
