import { QueryLimitError } from '../run-errors.ts';

/** The estimated bytes that a statement keeps: rows being sorted, groups, tables, answers of subqueries. */
export class MemoryBudget {
  bytes = 0;
  readonly maxBytes: number;
  /** Beyond it operators that can put rows on the disk do so. */
  readonly spillAfterBytes: number;

  constructor(limits: { readonly maxBytes: number; readonly spillAfterBytes: number }) {
    this.maxBytes = limits.maxBytes;
    this.spillAfterBytes = limits.spillAfterBytes;
  }

  get isFull(): boolean {
    return this.bytes > this.spillAfterBytes;
  }

  /** Counts bytes and answers them, so that whoever keeps can give them back. @throws QueryLimitError */
  keep(bytes: number): number {
    this.bytes += bytes;
    if (this.bytes > this.maxBytes) throw new QueryLimitError('memoryMaxBytes', this.maxBytes);
    return bytes;
  }

  release(bytes: number): void {
    this.bytes -= bytes;
  }
}
