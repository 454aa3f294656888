import { readUtf8 } from '../../document/text.ts';
import { collectionConflict, readConflict } from '../../store/errors.ts';
import type { CollectionReads } from '../../transaction/reads/read-set.ts';
import type { Transaction } from '../../transaction/transaction.ts';
import type { WorkingCollection } from '../../transaction/working/working-collection.ts';
import { firstDifference, type ReadableTree } from '../../tree/tree-difference.ts';
import type { CollectionVersion, IndexVersion } from '../database-version.ts';
import { type CommitState, changeFinder } from './commit-state.ts';

/** A collection as the transaction has read it, as it is now, and with what the works of the same group did to it. */
interface ReadCollection {
  readonly name: string;
  readonly reads: CollectionReads;
  readonly was: CollectionVersion;
  readonly is: CollectionVersion;
  readonly group: WorkingCollection | undefined;
}

/**
 * Serializable by validation: what a transaction has read must be the same in the newest state as in its own, so that it
 * could as well have read it there, at the moment of its commit. Documents are compared by key, ranges of keys and of
 * index entries by the blocks in which the two states differ, so that what came into a range or left it shows too.
 */
export class ReadCheck {
  readonly #transaction: Transaction;
  readonly #state: CommitState;

  constructor(transaction: Transaction, state: CommitState) {
    this.#transaction = transaction;
    this.#state = state;
  }

  /** @throws CairnError `conflict`, retryable */
  run(): void {
    const reads = this.#transaction.reads!;
    if (reads.listed) this.#requireSameNames();
    for (const [name, read] of reads.collections) this.#check(name, read);
  }

  #requireSameNames(): void {
    const was = this.#transaction.base.collections;
    const is = this.#state.version.collections;
    for (const name of is.keys()) if (!was.has(name)) throw collectionConflict(name);
    for (const name of was.keys()) if (!is.has(name)) throw collectionConflict(name);
  }

  #check(name: string, reads: CollectionReads): void {
    const was = this.#transaction.base.collections.get(name);
    const is = this.#state.version.collections.get(name);
    if (was === undefined || is === undefined) {
      if (was !== is) throw collectionConflict(name);
      return;
    }
    const group = this.#state.group.touched.get(name) ?? undefined;
    if (was === is && (group === undefined || group.writes.size === 0)) return;
    if (was.id !== is.id || was.properties !== is.properties) throw collectionConflict(name);
    this.#checkDocuments({ name, reads, was, is, group });
    this.#checkIndexes({ name, reads, was, is, group });
  }

  #checkDocuments({ name, reads, was, is, group }: ReadCollection): void {
    const written = this.#transaction.touched.get(name)?.writes;
    const isChanged = changeFinder(this.#transaction, { was, is }, this.#state);
    for (const key of reads.keys) if (!written?.has(key) && isChanged(key)) throw readConflict(name, { key });
    if (reads.counted && (group ?? is).count !== was.count) throw readConflict(name);
    for (const range of reads.documents.ranges) {
      const difference =
        group?.firstDifference(this.#before(was), range) ?? firstDifference(this.#before(was), this.#now(is), range);
      if (difference !== undefined) throw readConflict(name, { key: readUtf8(difference, 0, difference.length) });
    }
  }

  #checkIndexes({ name, reads, was, is, group }: ReadCollection): void {
    for (const [index, read] of reads.indexes) {
      const old = indexNamed(was, index);
      // One that the transaction has made itself holds what the documents say.
      if (old === undefined) this.#checkWhole(name, was, is);
      else this.#checkEntries({ name, index, old, is, group }, read.ranges);
    }
  }

  #checkWhole(name: string, was: CollectionVersion, is: CollectionVersion): void {
    if (firstDifference(this.#before(was), this.#now(is), {}) !== undefined) throw readConflict(name);
  }

  #checkEntries(
    at: { name: string; index: string; old: IndexVersion; is: CollectionVersion; group: WorkingCollection | undefined },
    ranges: CollectionReads['documents']['ranges'],
  ): void {
    const { name, index, old } = at;
    const present = indexNamed(at.is, index);
    if (present === undefined) throw collectionConflict(name);
    const inGroup = at.group?.indexes.find((one) => one.name === index);
    for (const range of ranges) {
      const difference =
        inGroup?.firstDifference(this.#before(old), range) ??
        firstDifference(this.#before(old), this.#now(present), range);
      if (difference !== undefined) throw readConflict(name, { index });
    }
  }

  #before({ tree }: { readonly tree: ReadableTree['tree'] }): ReadableTree {
    return { tree, read: this.#transaction.readBlock };
  }

  #now({ tree }: { readonly tree: ReadableTree['tree'] }): ReadableTree {
    return { tree, read: this.#state.group.readBlock };
  }
}

function indexNamed({ indexes }: CollectionVersion, name: string): IndexVersion | undefined {
  return indexes.find((index) => index.name === name);
}
