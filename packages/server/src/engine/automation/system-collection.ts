import { CairnError, encodeValue, type Value } from '@cairn/protocol/internal';
import {
  type Database,
  decodeDocument,
  type IndexDefinition,
  type ReadView,
  recordCreatedMs,
  type Transaction,
} from '@cairn/storage/internal';
import type { Host } from '../../host.ts';
import { withoutSystemMembers } from '../documents/document-body.ts';

/** A collection of a database in which the server keeps records of its own. */
export interface SystemCollectionPlan {
  readonly name: string;
  /** What messages call one of its records. */
  readonly what: string;
  readonly indexes: readonly IndexDefinition[];
}

interface Keyed {
  readonly _key: string;
}

/** Reads and writes the records of such a collection: ordinary documents, written in the database's one write path. */
export class SystemCollection<Stored extends Keyed> {
  readonly plan: SystemCollectionPlan;
  readonly #host: Host;

  constructor(plan: SystemCollectionPlan, host: Host) {
    this.plan = plan;
    this.#host = host;
  }

  get name(): string {
    return this.plan.name;
  }

  find(view: ReadView, key: string): Stored | undefined {
    const found = view.collection(this.name)?.get(key);
    return found && (decodeDocument('', found.bytes, found.record) as unknown as Stored);
  }

  /** @throws CairnError `not_found` */
  require(view: ReadView, key: string): Stored {
    const found = this.find(view, key);
    if (found !== undefined) return found;
    throw new CairnError('not_found', `${this.plan.what} '${key}' not found`, { details: { key } });
  }

  /** @throws CairnError `already_exists` */
  requireFree(view: ReadView, key: string): void {
    if (this.find(view, key) === undefined) return;
    throw new CairnError('already_exists', `${this.plan.what} '${key}' already exists`, { details: { key } });
  }

  /** All of them in the order of keys; those whose keys begin with `prefix` when there is one. */
  all(view: ReadView, prefix = ''): Stored[] {
    const found: Stored[] = [];
    const range = prefix === '' ? undefined : { lower: prefix, upper: `${prefix}\u{10ffff}` };
    const blocks = view.collection(this.name)?.blocks(range);
    for (let slice = blocks?.next(); slice !== undefined; slice = blocks?.next()) {
      for (let record = slice.from; record < slice.to; record++) {
        found.push(decodeDocument('', slice.bytes, record) as unknown as Stored);
      }
    }
    return found;
  }

  put(transaction: Transaction, stored: Stored): void {
    const before = transaction.collection(this.name)?.get(stored._key);
    const nowMs = this.#host.nowMs();
    const createdMs = before === undefined ? nowMs : recordCreatedMs(before.bytes, before.record);
    const { body } = withoutSystemMembers(encodeValue(stored as unknown as Value));
    const revision = this.#host.randomBytes(8);
    transaction.put(this.name, { key: stored._key, revision, createdMs, updatedMs: nowMs, body }, 'upsert');
  }
}

/** Makes the collections and indexes that a database still lacks, all in one commit. */
export async function ensureCollections(database: Database, plans: readonly SystemCollectionPlan[]): Promise<void> {
  const areThere = (view: ReadView) => plans.every((plan) => isComplete(view, plan));
  if (database.read(areThere)) return;
  const transaction = database.begin();
  try {
    for (const { name, indexes } of plans) {
      const found = transaction.collection(name);
      if (found === undefined) transaction.createCollection(name, 'document');
      for (const index of indexes) {
        if (!found?.indexes.some((one) => one.name === index.name)) transaction.createIndex(name, index);
      }
    }
    await database.commit(transaction);
  } catch (error) {
    database.rollback(transaction);
    if (!database.read(areThere)) throw error; // somebody else may have been first
  }
}

function isComplete(view: ReadView, { name, indexes }: SystemCollectionPlan): boolean {
  const found = view.collection(name);
  return found !== undefined && indexes.every((index) => found.indexes.some((one) => one.name === index.name));
}
