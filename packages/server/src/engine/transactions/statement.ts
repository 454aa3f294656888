import type { Transaction } from '@cairn/storage/internal';

/** A name that no client's savepoint has: theirs are at most 200 bytes and never begin with a zero. */
const STATEMENT = '\0statement';

/** Runs one statement inside a transaction. When it fails its own writes are taken back, and only these. */
export function atomicStatement<T>(transaction: Transaction, work: () => T | Promise<T>): T | Promise<T> {
  transaction.savepoint(STATEMENT);
  try {
    const outcome = work();
    if (!(outcome instanceof Promise)) return keep(transaction, outcome);
    return outcome.then(
      (value) => keep(transaction, value),
      (error) => undo(transaction, error),
    );
  } catch (error) {
    return undo(transaction, error);
  }
}

function keep<T>(transaction: Transaction, outcome: T): T {
  transaction.releaseSavepoint(STATEMENT);
  return outcome;
}

function undo(transaction: Transaction, error: unknown): never {
  transaction.rollbackTo(STATEMENT);
  transaction.releaseSavepoint(STATEMENT);
  throw error;
}
