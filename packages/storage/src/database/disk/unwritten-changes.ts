import type { BlockReference } from '../../tree/block-reference.ts';
import type { CommitPlan } from '../commit/commit-plan.ts';
import type { StoredChange } from './lmdb-environment.ts';

/** What is in the change log and not yet in LMDB: of several changes of one block only the last. */
export class UnwrittenChanges {
  readonly #changes = new Map<string, StoredChange>();
  readonly #references = new Set<BlockReference>();
  #bytes = 0;
  /** The newest LSN in it. */
  lsn = 0;

  /** Bytes of the blocks that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#changes.size === 0;
  }

  get changes(): Iterable<StoredChange> {
    return this.#changes.values();
  }

  /** Blocks that exist in no other place. */
  get references(): Iterable<BlockReference> {
    return this.#references;
  }

  add(plan: CommitPlan): void {
    for (const change of plan.changes) this.#set(change);
    for (const reference of plan.written) this.#references.add(reference);
    this.forget(plan.superseded);
    this.lsn = plan.version.lsn;
  }

  /** These blocks are no longer part of the newest state. */
  forget(superseded: Iterable<BlockReference>): void {
    for (const reference of superseded) this.#references.delete(reference);
  }

  /** Takes in older changes that could not be written, wherever there is no newer one. */
  takeBack(older: UnwrittenChanges): void {
    for (const change of older.changes) {
      if (!this.#changes.has(nameOf(change.key))) this.#set(change);
    }
    for (const reference of older.references) this.#references.add(reference);
    this.lsn = Math.max(this.lsn, older.lsn);
  }

  #set(change: StoredChange): void {
    const name = nameOf(change.key);
    this.#bytes += (change.value?.length ?? 0) - (this.#changes.get(name)?.value?.length ?? 0);
    this.#changes.set(name, change);
  }
}

function nameOf(key: Uint8Array): string {
  return Buffer.prototype.latin1Slice.call(key, 0, key.length);
}
