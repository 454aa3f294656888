import { CairnServerError, type Collection, type Database } from '@cairn/client';
import type { RegisterCall } from '../registers/register-history.ts';
import type { Board } from './board.ts';

export const REGISTERS = 'registers';
/** Documents that clients call at the same time. */
export const REGISTER_DOCUMENTS = 6;

interface Register {
  readonly value: number;
}

/** One client that reads, writes and conditionally replaces single documents, outside transactions. */
export class RegisterClient {
  readonly #registers: Collection<Register>;
  readonly #board: Board;
  /** What this client has last seen of each document. */
  readonly #seen = new Map<number, { readonly value: number; readonly revision: string }>();
  /** The calls on each document. */
  readonly calls: ReadonlyMap<number, RegisterCall[]>;

  constructor(database: Database, board: Board, calls: ReadonlyMap<number, RegisterCall[]>) {
    this.#registers = database.collection<Register>(REGISTERS);
    this.#board = board;
    this.calls = calls;
  }

  async next(): Promise<void> {
    const { random } = this.#board;
    const document = random.below(REGISTER_DOCUMENTS);
    const chance = random.below(100);
    const seen = this.#seen.get(document);
    if (chance < 45 || (seen === undefined && chance < 80)) return this.#read(document);
    if (chance < 80 && seen !== undefined) return this.#exchange(document, seen);
    return this.#write(document);
  }

  async #read(document: number): Promise<void> {
    const calledAt = this.#board.now();
    const found = await this.#registers.find(`k${document}`);
    if (found !== undefined) this.#seen.set(document, { value: found.value, revision: found._rev });
    this.#record(document, { kind: 'read', value: found?.value ?? null, outcome: 'done', calledAt });
  }

  async #write(document: number): Promise<void> {
    const value = this.#board.nextValue();
    const calledAt = this.#board.now();
    const written = await this.#registers.insert({ _key: `k${document}`, value }, { mode: 'replace' });
    this.#seen.set(document, { value, revision: written._rev });
    this.#record(document, { kind: 'write', value, outcome: 'done', calledAt });
  }

  async #exchange(document: number, seen: { value: number; revision: string }): Promise<void> {
    const value = this.#board.nextValue();
    const calledAt = this.#board.now();
    let outcome: RegisterCall['outcome'] = 'done';
    try {
      const written = await this.#registers.replace(`k${document}`, { value }, { ifRevision: seen.revision });
      this.#seen.set(document, { value, revision: written._rev });
    } catch (error) {
      if (!(error instanceof CairnServerError) || error.code !== 'conflict') throw error;
      outcome = 'refused';
      this.#seen.delete(document);
    }
    this.#record(document, { kind: 'exchange', value, expected: seen.value, outcome, calledAt });
  }

  #record(document: number, call: Omit<RegisterCall, 'answeredAt'>): void {
    this.calls.get(document)!.push({ ...call, answeredAt: this.#board.now() });
  }
}
