import { CairnError } from '@cairn/protocol/internal';
import type { TransactionMemory } from '@cairn/storage/internal';

/** What all open transactions may keep in memory, and what one of them may. */
export class TransactionBudget {
  readonly #oneMaxBytes: number;
  readonly #allMaxBytes: number;
  #bytes = 0;

  constructor(limits: { oneMaxBytes: number; allMaxBytes: number }) {
    this.#oneMaxBytes = limits.oneMaxBytes;
    this.#allMaxBytes = limits.allMaxBytes;
  }

  /** What is taken now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The room of one more transaction. */
  share(): TransactionMemory {
    let own = 0;
    return {
      take: (bytes) => {
        if (own + bytes > this.#oneMaxBytes) throw tooLarge(this.#oneMaxBytes);
        if (this.#bytes + bytes > this.#allMaxBytes) throw noRoom(this.#allMaxBytes);
        own += bytes;
        this.#bytes += bytes;
      },
      give: (bytes) => {
        own -= bytes;
        this.#bytes -= bytes;
      },
    };
  }
}

function tooLarge(limit: number): CairnError {
  const message = `the writes of the transaction take more than ${limit} bytes; commit in between, or import in parts`;
  return new CairnError('limit_exceeded', message, { details: { limit_bytes: limit } });
}

function noRoom(limit: number): CairnError {
  const message = `the writes of all open transactions take more than ${limit} bytes; try again later`;
  return new CairnError('overloaded', message, { retryable: true, details: { limit_bytes: limit } });
}
