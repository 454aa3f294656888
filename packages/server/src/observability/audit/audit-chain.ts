import { type AuditEntry, auditHash, NO_HASH } from './audit-entry.ts';

/** The place of an entry that somebody has noted elsewhere. */
export interface AuditMark {
  readonly seq: number;
  readonly hash: string;
}

/** What a walk along the chain has found. */
export interface AuditVerdict {
  readonly entries: number;
  /** The last sound entry; undefined when there is none. */
  readonly head: AuditMark | undefined;
  /** The first thing that is not as it must be, as a sentence; undefined when all is sound. */
  readonly problem: string | undefined;
}

/** Follows the chain entry by entry, from the first one on, to its first break. */
export class AuditChain {
  readonly #expected: ReadonlyMap<number, string>;
  #head: AuditMark | undefined;
  #problem: string | undefined;

  /** @param expected marks noted elsewhere, which the chain must pass through */
  constructor(expected: readonly AuditMark[] = []) {
    this.#expected = new Map(expected.map(({ seq, hash }) => [seq, hash]));
  }

  /** False when the chain is broken here or was before. */
  follow(entry: AuditEntry): boolean {
    this.#problem ??= this.#problemOf(entry);
    if (this.#problem !== undefined) return false;
    this.#head = { seq: entry.seq, hash: entry.hash };
    return true;
  }

  /** @param last the entry that must be the last one */
  verdict(last?: AuditMark): AuditVerdict {
    return { entries: this.#head?.seq ?? 0, head: this.#head, problem: this.#problem ?? this.#missing(last) };
  }

  #problemOf(entry: AuditEntry): string | undefined {
    const { seq: before, hash: previous } = this.#head ?? { seq: 0, hash: NO_HASH };
    const { seq } = entry;
    if (seq !== before + 1) return `entry ${before + 1} is missing: ${seq} follows ${before}`;
    if (entry.previous !== previous) return `entry ${seq} does not follow the entry before it`;
    if (auditHash(entry) !== entry.hash) return `entry ${seq} is not what was written`;
    const expected = this.#expected.get(seq);
    return expected === undefined || expected === entry.hash ? undefined : `entry ${seq} is not the one that was noted`;
  }

  #missing(last: AuditMark | undefined): string | undefined {
    const reached = this.#head?.seq ?? 0;
    const missing = Math.max(last?.seq ?? 0, ...this.#expected.keys());
    if (missing > reached) return `the entries after ${reached} are missing: there were ${missing}`;
    if (last === undefined) return undefined;
    const isLast = last.seq === reached && last.hash === (this.#head?.hash ?? last.hash);
    return isLast ? undefined : `the last entry noted is ${last.seq}, not ${reached}`;
  }
}
