import assert from 'node:assert/strict';
import { CairnError, decodeValue } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { type TestDatabase, testDatabase, thing } from '../database/test-database.ts';
import { recordBody, recordKey } from '../document/record.ts';
import type { Transaction } from './transaction.ts';

/** Runs of the model; the proof kit asks for more. */
const RUNS = Number(process.env.CAIRN_MODEL_RUNS ?? 60);
const KEYS = 12;

type Documents = Map<string, number>;
type Step =
  | { readonly kind: 'put' | 'other puts'; readonly key: string; readonly rank: number }
  | { readonly kind: 'delete' | 'other deletes'; readonly key: string }
  | { readonly kind: 'statement' | 'savepoint' | 'release' }
  | { readonly kind: 'rollback'; readonly depth: number };

const key = fc.nat(KEYS - 1).map((at) => `k${String(at).padStart(2, '0')}`);
const rank = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), key, rank }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('other puts' as const), key, rank }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('other deletes' as const), key }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('statement' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('savepoint' as const, 'release' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rollback' as const), depth: fc.nat(3) }) },
);

/** What a transaction at `read_committed` must see: the state of its statement with its own writes on top. */
class Model {
  readonly committed: Documents;
  /** The committed state that the present statement reads. */
  seen: Documents;
  own: Map<string, number | undefined> = new Map();
  savepoints: Map<string, number | undefined>[] = [];

  constructor(committed: Documents) {
    this.committed = committed;
    this.seen = new Map(committed);
  }

  get view(): Documents {
    const view = new Map(this.seen);
    for (const [name, value] of this.own) value === undefined ? view.delete(name) : view.set(name, value);
    return view;
  }

  /** A document that it has made is there now, or one that it has changed is gone. */
  get clashes(): boolean {
    return [...this.own].some(([name, value]) => {
      const [was, is] = [this.seen.has(name), this.committed.has(name)];
      return was !== is && (is || value !== undefined);
    });
  }

  takeBack(depth: number): void {
    this.savepoints.length = depth + 1;
    this.own = new Map(this.savepoints[depth]);
  }
}

describe('transactions at read_committed against a model', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await testDatabase({ blockMaxBytes: 256 });
    await test.database.createIndex('things', { name: 'by_rank', fields: ['rank'] });
  });
  afterEach(() => test.remove());

  it('see the newest state at each statement and their own writes, back to any savepoint', async function () {
    this.timeout(120_000);
    let moved = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), fc.boolean(), async (steps, reads) => {
        await test.database.truncateCollection('things');
        const start: Documents = new Map([
          ['k00', 1],
          ['k03', 2],
          ['k05', 2],
        ]);
        await test.database.write((one) => {
          for (const [name, value] of start) one.put('things', thing(name, { rank: value }), 'insert');
        });
        const model = new Model(start);
        const transaction = test.database.begin({ isolation: 'read_committed' });
        for (const one of steps) {
          if (one.kind === 'statement') {
            if (model.clashes) {
              assert.throws(() => transaction.beginStatement(), { code: 'conflict' });
              break;
            }
            transaction.beginStatement();
            model.seen = new Map(model.committed);
            moved++;
          } else await take(one, transaction, model, test);
          if (reads || one === steps.at(-1)) assertSame(transaction, model.view);
        }
        const outcome = await test.database.commit(transaction).catch((error) => error);
        if (model.clashes) assert.ok(outcome instanceof CairnError && outcome.code === 'conflict', String(outcome));
        else {
          assert.equal(typeof outcome, 'number', String(outcome));
          for (const [name, value] of model.own)
            value === undefined ? model.committed.delete(name) : model.committed.set(name, value);
        }
        const after = test.database.begin();
        assertSame(after, model.committed);
        after.rollback();
      }),
      { numRuns: RUNS },
    );
    assert.ok(moved > RUNS);
  });
});

async function take(
  step: Exclude<Step, { kind: 'statement' }>,
  transaction: Transaction,
  model: Model,
  { database }: TestDatabase,
): Promise<void> {
  switch (step.kind) {
    case 'put':
      transaction.put('things', thing(step.key, { rank: step.rank }), 'upsert');
      model.own.set(step.key, step.rank);
      return;
    case 'delete':
      assert.equal(transaction.delete('things', step.key), model.view.has(step.key));
      if (model.view.has(step.key)) model.own.set(step.key, undefined);
      return;
    case 'other puts':
      await database.write((one) => one.put('things', thing(step.key, { rank: step.rank }), 'upsert'));
      model.committed.set(step.key, step.rank);
      return;
    case 'other deletes':
      await database.write((one) => one.delete('things', step.key));
      model.committed.delete(step.key);
      return;
    case 'savepoint':
      transaction.savepoint(`s${model.savepoints.length}`);
      model.savepoints.push(new Map(model.own));
      return;
    case 'release':
      if (model.savepoints.length === 0) return;
      model.savepoints.pop();
      transaction.releaseSavepoint(`s${model.savepoints.length}`);
      return;
    case 'rollback':
      if (model.savepoints.length === 0) return;
      transaction.rollbackTo(`s${Math.min(step.depth, model.savepoints.length - 1)}`);
      model.takeBack(Math.min(step.depth, model.savepoints.length - 1));
  }
}

function assertSame(transaction: Transaction, wanted: Documents): void {
  const things = transaction.collection('things')!;
  const found: [string, number][] = [];
  const blocks = things.blocks();
  for (let slice = blocks.next(); slice !== undefined; slice = blocks.next()) {
    for (let record = slice.from; record < slice.to; record++) {
      const { rank } = decodeValue(slice.bytes, recordBody(slice.bytes, record)) as { rank: number };
      found.push([recordKey(slice.bytes, record), rank]);
    }
  }
  const sorted = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1));
  assert.deepEqual(found, sorted);
  assert.equal(things.count, wanted.size);
  const [index] = things.indexes;
  assert.equal(index.entryCount, wanted.size);
  const entries = index.scan({ equal: [] });
  const keys: string[] = [];
  for (let name = entries.next(); name !== undefined; name = entries.next()) keys.push(name);
  const byRank = sorted.toSorted(([, a], [, b]) => a - b).map(([name]) => name);
  assert.deepEqual(keys, byRank);
  for (const name of wanted.keys()) assert.ok(things.get(name) !== undefined);
}
