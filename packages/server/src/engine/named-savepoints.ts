import { CairnError } from '@cairn/protocol/internal';
import type { Transaction } from '@cairn/storage/internal';

type Mark = ReturnType<Transaction['savepoint']>;

/** Points of a transaction by the names that clients give them. A name used again hides the earlier point. */
export class NamedSavepoints {
  readonly #transaction: Transaction;
  readonly #points: { readonly name: string; readonly mark: Mark }[] = [];

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  set(name: string): void {
    this.#points.push({ name, mark: this.#transaction.savepoint() });
  }

  /** Undoes what came after the point; the point stays, later ones are gone. @throws CairnError `not_found` */
  rollbackTo(name: string): void {
    const index = this.#indexOf(name);
    this.#transaction.rollbackTo(this.#points[index]!.mark);
    this.#points.length = index + 1;
  }

  /** Forgets the point and those after it, and keeps what was done. @throws CairnError `not_found` */
  release(name: string): void {
    this.#points.length = this.#indexOf(name);
  }

  #indexOf(name: string): number {
    const index = this.#points.findLastIndex((point) => point.name === name);
    if (index >= 0) return index;
    throw new CairnError('not_found', `Savepoint '${name}' not found`, { details: { savepoint: name } });
  }
}
