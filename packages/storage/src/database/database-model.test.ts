import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CairnError, compareValues, decodeValue, encodeValue, type Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { recordEnd } from '../block/layout.ts';
import { type NewRecord, recordBody, recordKey } from '../document/record.ts';
import { Store } from '../store/store.ts';
import type { ReadView } from '../transaction/read-view.ts';
import type { Transaction } from '../transaction/transaction.ts';
import type { Database } from './database.ts';

/** So small that splits, joins and documents larger than a block come up all the time. */
const TINY = { blockMaxBytes: 400, cacheMaxBytes: 4_000, checkpointBytes: 3_000, checkpointDelayMs: 5 };
const COLLECTION = 'things';

type Body = { group: number | null; tags: string[]; text: string };
type Model = Map<string, Body>;

type Operation =
  | { readonly do: 'put'; readonly key: string; readonly body: Body; readonly mode: 'insert' | 'replace' | 'upsert' }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'delete many'; readonly from: string };

type Step =
  | { readonly kind: 'write'; readonly operations: Operation[] }
  | { readonly kind: 'together'; readonly works: Operation[][] }
  | {
      readonly kind: 'transaction';
      readonly operations: Operation[];
      readonly undone: Operation[];
      readonly commit: boolean;
    }
  | { readonly kind: 'truncate' }
  | { readonly kind: 'compact' }
  | { readonly kind: 'rebuild' }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'crash' };

const key = fc.oneof(
  fc.integer({ min: 0, max: 60 }).map((number) => `k${number}`),
  fc.constantFrom('', 'a', 'ab', 'a\u0000', 'ä', '日本', '🙂', '\uffff', 'k', 'zzz'),
);
const body: fc.Arbitrary<Body> = fc
  .record({
    group: fc.option(fc.integer({ min: -3, max: 3 }), { nil: null }),
    tags: fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 }),
    text: fc.oneof(
      { weight: 5, arbitrary: fc.string({ maxLength: 30 }) },
      { weight: 1, arbitrary: fc.integer({ min: 100, max: 2000 }).map((length) => 'long '.repeat(length / 5)) },
    ),
  })
  .map((members) => ({ ...members })); // plain objects, as decoding gives them
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      key,
      body,
      mode: fc.constantFrom('insert' as const, 'replace' as const, 'upsert' as const, 'upsert' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete many' as const), from: key }) },
);
const operations = fc.array(operation, { minLength: 1, maxLength: 25 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('write' as const), operations }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('together' as const),
      works: fc.array(operations, { minLength: 2, maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('transaction' as const),
      operations,
      undone: operations,
      commit: fc.boolean(),
    }),
  },
  ...(['truncate', 'compact', 'rebuild', 'reopen', 'crash'] as const).map((kind) => ({
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant(kind) }) as fc.Arbitrary<Step>,
  })),
);

describe('a database against a model of it', function () {
  this.timeout(120_000);

  it('holds the same documents, index entries and counts after any mix of operations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        const trial = await Trial.begin();
        try {
          for (const one of steps) {
            await trial.take(one);
            trial.compare();
          }
          await trial.take({ kind: 'crash' });
          trial.compare();
          await trial.take({ kind: 'reopen' });
          trial.compare();
        } finally {
          await trial.end();
        }
      }),
      { numRuns: Number(process.env.CAIRN_MODEL_RUNS ?? 60) },
    );
  });
});

/** A database and the model that it must equal. */
class Trial {
  #folder: string;
  #store: Store;
  #database: Database;
  #model: Model = new Map();

  private constructor(folder: string, store: Store) {
    this.#folder = folder;
    this.#store = store;
    this.#database = store.database('trial');
  }

  static async begin(): Promise<Trial> {
    const folder = mkdtempSync(join(tmpdir(), 'cairn-model-'));
    const store = await Store.open({ path: folder, ...TINY });
    await store.createDatabase('trial');
    const trial = new Trial(folder, store);
    await trial.#database.createCollection(COLLECTION);
    await trial.#database.createIndex(COLLECTION, { name: 'by_group', fields: ['group', 'text'] });
    await trial.#database.createIndex(COLLECTION, { name: 'by_tag', fields: ['tags[*]'], sparse: true });
    return trial;
  }

  async end(): Promise<void> {
    await this.#store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async take(one: Step): Promise<void> {
    switch (one.kind) {
      case 'write':
        return this.#write([one.operations]);
      case 'together':
        return this.#write(one.works);
      case 'transaction':
        return this.#transaction(one);
      case 'truncate':
        assert.equal(await this.#database.truncateCollection(COLLECTION), this.#model.size);
        this.#model = new Map();
        return;
      case 'compact':
        return this.#database.compactCollection(COLLECTION);
      case 'rebuild':
        assert.equal(await this.#database.rebuildIndexes(COLLECTION), this.#model.size);
        return;
      case 'reopen':
        await this.#store.close();
        this.#store = await Store.open({ path: this.#folder, ...TINY });
        this.#database = this.#store.database('trial');
        return;
      case 'crash':
        return this.#crash();
    }
  }

  /** Goes on with what the disk holds at this moment, as after a kill. */
  async #crash(): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'cairn-model-'));
    cpSync(join(this.#folder, 'databases'), join(folder, 'databases'), { recursive: true });
    await this.end();
    this.#folder = folder;
    this.#store = await Store.open({ path: folder, ...TINY });
    this.#database = this.#store.database('trial');
  }

  /** Several works of one group: each is whole or, when one of its operations is refused, leaves nothing. */
  async #write(works: Operation[][]): Promise<void> {
    const outcomes = works.map((work) =>
      refusalOf(
        this.#database.write((transaction) => {
          for (const one of work) applyToStore(one, transaction);
        }),
      ),
    );
    for (const [index, work] of works.entries()) {
      const expected = new Map(this.#model);
      const refusal = work.map((one) => applyToModel(one, expected)).find((code) => code !== undefined);
      if (refusal === undefined) this.#model = expected;
      assert.equal(await outcomes[index], refusal);
    }
  }

  async #transaction(one: Extract<Step, { kind: 'transaction' }>): Promise<void> {
    const transaction = this.#database.begin();
    const expected = new Map(this.#model);
    for (const each of one.operations) attempt(each, transaction, expected);
    this.#equal(transaction, expected);
    transaction.savepoint('here');
    const thrownAway = new Map(expected);
    for (const each of one.undone) attempt(each, transaction, thrownAway);
    this.#equal(transaction, thrownAway);
    transaction.rollbackTo('here');
    this.#equal(transaction, expected);
    this.compare();
    if (!one.commit) {
      transaction.rollback();
      return;
    }
    await this.#database.commit(transaction);
    this.#model = expected;
  }

  compare(): void {
    const snapshot = this.#database.snapshot();
    this.#equal(snapshot, this.#model);
    snapshot.release();
  }

  #equal(view: ReadView, model: Model): void {
    const collection = view.collection(COLLECTION)!;
    const sorted = [...model].sort(([a], [b]) => compareValues(a, b));
    assert.equal(collection.count, sorted.length, 'the counter');
    assert.deepEqual(scan(view, 'forward'), sorted);
    assert.deepEqual(scan(view, 'backward'), sorted.toReversed());
    for (const [name, expected] of sorted.slice(0, 5)) {
      const position = collection.get(name)!;
      assert.deepEqual(decodeValue(position.bytes, recordBody(position.bytes, position.record)), expected);
    }
    assert.equal(collection.get('no such key'), undefined);
    const [byGroup, byTag] = collection.indexes;
    assert.equal(byGroup.entryCount, sorted.length, 'entries of by_group');
    for (const group of [null, -1, 2]) {
      const wanted = sorted.filter(([, one]) => one.group === group).map(([name]) => name);
      assert.deepEqual(keysOf(byGroup.scan({ equal: [group] })).sort(compareValues), wanted, `group ${group}`);
    }
    const high = sorted
      .filter(([, one]) => one.group !== null && one.group > 0 && one.group <= 2)
      .map(([name]) => name);
    const range = { equal: [], lower: { value: 0, inclusive: false }, upper: { value: 2, inclusive: true } };
    assert.deepEqual(keysOf(byGroup.scan(range)).sort(compareValues), high, 'groups in (0, 2]');
    const tagged = sorted.filter(([, one]) => one.tags.includes('y')).map(([name]) => name);
    assert.deepEqual(keysOf(byTag.scan({ equal: ['y'] })), tagged, 'tag y, in key order');
    assert.deepEqual(keysOf(byTag.scan({ equal: ['y'] }, 'backward')), tagged.toReversed(), 'tag y, backward');
  }
}

function scan(view: ReadView, direction: 'forward' | 'backward'): [string, Value][] {
  const found: [string, Value][] = [];
  const cursor = view.collection(COLLECTION)!.blocks({}, direction);
  for (let slice = cursor.next(); slice !== undefined; slice = cursor.next()) {
    const records = Array.from({ length: slice.to - slice.from }, (_, at) => slice!.from + at);
    for (const record of direction === 'forward' ? records : records.toReversed()) {
      const start = recordBody(slice.bytes, record);
      found.push([
        recordKey(slice.bytes, record),
        decodeValue(slice.bytes.subarray(0, recordEnd(slice.bytes, record)), start),
      ]);
    }
  }
  return found;
}

function keysOf(cursor: { next(): string | undefined }): string[] {
  const keys: string[] = [];
  for (let name = cursor.next(); name !== undefined; name = cursor.next()) keys.push(name);
  return keys;
}

function recordOf(name: string, value: Body): NewRecord {
  return { key: name, revision: Buffer.alloc(8, 7), createdMs: 1, updatedMs: 2, body: encodeValue(value) };
}

function applyToStore(one: Operation, transaction: Transaction): void {
  if (one.do === 'put') transaction.put(COLLECTION, recordOf(one.key, one.body), one.mode);
  else if (one.do === 'delete') transaction.delete(COLLECTION, one.key);
  else
    for (const name of affected(
      one,
      scan(transaction, 'forward').map(([each]) => each),
    ))
      transaction.delete(COLLECTION, name);
}

/** The code of the error that the store must answer; undefined when it must do the operation. */
function applyToModel(one: Operation, model: Model): string | undefined {
  if (one.do === 'delete') model.delete(one.key);
  else if (one.do === 'delete many') for (const name of affected(one, [...model.keys()])) model.delete(name);
  else if (one.mode === 'insert' && model.has(one.key)) return 'already_exists';
  else if (one.mode === 'replace' && !model.has(one.key)) return 'not_found';
  else model.set(one.key, one.body);
  return undefined;
}

function affected(one: { readonly from: string }, names: readonly string[]): string[] {
  return names.filter((name) => compareValues(name, one.from) >= 0);
}

/** One operation on both sides; a refusal must be the same on both and leave both as they were. */
function attempt(one: Operation, transaction: Transaction, model: Model): void {
  const refusal = applyToModel(one, model);
  let thrown: unknown;
  try {
    applyToStore(one, transaction);
  } catch (error) {
    thrown = error;
  }
  assert.equal(thrown instanceof CairnError ? thrown.code : thrown, refusal);
}

/** The code with which the write is refused; undefined when it is done. */
function refusalOf(outcome: Promise<unknown>): Promise<unknown> {
  return outcome.then(
    () => undefined,
    (error: unknown) => (error instanceof CairnError ? error.code : error),
  );
}
