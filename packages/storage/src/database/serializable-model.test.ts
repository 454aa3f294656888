import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { CairnError, decodeValue, type Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { recordBody, recordKey } from '../document/record.ts';
import type { Transaction } from '../transaction/transaction.ts';
import { type TestDatabase, testDatabase, thing } from './test-database.ts';

/** Runs of the model; the proof kit asks for more. */
const RUNS = Number(process.env.CAIRN_MODEL_RUNS ?? 60);
const KEYS = 40;

type Read =
  | { readonly kind: 'key'; readonly key: number }
  | { readonly kind: 'range' | 'rank'; readonly from: number; readonly to: number; readonly backward: boolean }
  | { readonly kind: 'count' };
type Write = { readonly key: number; readonly rank: number | undefined };

interface Step {
  readonly reads: readonly Read[];
  readonly writes: readonly Write[];
  readonly plain: boolean;
}

const position = fc.nat(KEYS - 1);
const read: fc.Arbitrary<Read> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('key' as const), key: position }) },
  {
    weight: 3,
    arbitrary: fc
      .record({
        kind: fc.constantFrom('range' as const, 'rank' as const),
        from: position,
        length: fc.nat(8),
        backward: fc.boolean(),
      })
      .map(({ length, ...rest }) => ({ ...rest, to: rest.from + length })),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('count' as const) }) },
);
const write: fc.Arbitrary<Write> = fc.record({
  key: position,
  rank: fc.option(position, { nil: undefined, freq: 4 }),
});
const step: fc.Arbitrary<Step> = fc.record({
  reads: fc.array(read, { maxLength: 4 }),
  writes: fc.array(write, { minLength: 1, maxLength: 3 }),
  plain: fc.nat(4).map((one) => one === 0),
});
/** Transactions that are open at the same time; they commit in groups of one or more. */
const round = fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 6 }), together: fc.boolean() });

describe('serializable transactions against a model', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await testDatabase({ blockMaxBytes: 256 });
    await test.database.createIndex('things', { name: 'by_rank', fields: ['rank'] });
  });
  afterEach(() => test.remove());

  it('commit exactly when nothing that they have read or written has changed', async function () {
    this.timeout(120_000);
    let revision = 0;
    let refused = 0;
    let committed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 3, maxLength: 12 }), async (rounds) => {
        const model = new Map<string, { rank: number; revision: number }>();
        await test.database.truncateCollection('things');
        for (const { steps, together } of rounds) {
          const open = steps.map((one) => {
            const transaction = test.database.begin({ isolation: one.plain ? 'repeatable_read' : 'serializable' });
            const seen = one.reads.map((what) => readTransaction(transaction, what));
            const writes = one.writes.map((what) => ({ ...what, revision: ++revision }));
            for (const what of writes) apply(transaction, what);
            return { one, transaction, seen, writes, before: new Map(model) };
          });
          const outcomes: PromiseSettledResult<number>[] = [];
          const settle = async (members: typeof open) =>
            outcomes.push(
              ...(await Promise.allSettled(members.map((member) => test.database.commit(member.transaction)))),
            );
          if (together) await settle(open);
          else for (const member of open) await settle([member]);
          for (const [at, { one, seen, writes, before }] of open.entries()) {
            const outcome = outcomes[at];
            const effective = writes.filter((what, i) => isEffective(before, writes.slice(0, i), what));
            if (effective.length === 0) {
              assert.equal(outcome.status, 'fulfilled', 'who only reads has read the state of its beginning');
              continue;
            }
            const written = one.plain ? effective : writes;
            const clashes = written.some(({ key }) => revisionOf(model, key) !== revisionOf(before, key));
            for (const [i, what] of one.reads.entries()) assert.deepEqual(seen[i], readModel(before, what));
            const changed = one.reads.some(
              (what) => !isDeepStrictEqual(entriesRead(model, what), entriesRead(before, what)),
            );
            if (outcome.status === 'rejected') {
              refused++;
              assert.ok(outcome.reason instanceof CairnError && outcome.reason.code === 'conflict');
              assert.ok(clashes || (!one.plain && changed), 'refused without a reason');
              continue;
            }
            committed++;
            assert.ok(!clashes, 'overwrote what somebody else had written');
            assert.ok(one.plain || !changed, 'committed although what it had read has changed');
            for (const what of effective) applyModel(model, what);
          }
        }
      }),
      { numRuns: RUNS },
    );
    assert.ok(refused > RUNS / 4 && committed > RUNS, `${refused} refused, ${committed} committed`);
  });
});

function keyOf(at: number): string {
  return `k${String(at).padStart(4, '0')}`;
}

function apply(transaction: Transaction, { key, rank, revision }: Write & { revision: number }): void {
  if (rank === undefined) {
    transaction.delete('things', keyOf(key));
    return;
  }
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(revision);
  transaction.put('things', { ...thing(keyOf(key), { rank }), revision: bytes }, 'upsert');
}

/** Removing what is not there changes nothing; a serializable transaction has still read that it was not there. */
function isEffective(before: ReadonlyMap<string, unknown>, earlier: readonly Write[], { key, rank }: Write): boolean {
  const own = earlier.findLast((one) => one.key === key);
  return rank !== undefined || (own === undefined ? before.has(keyOf(key)) : own.rank !== undefined);
}

function applyModel(
  model: Map<string, { rank: number; revision: number }>,
  { key, rank, revision }: Write & { revision: number },
): void {
  if (rank === undefined) model.delete(keyOf(key));
  else model.set(keyOf(key), { rank, revision });
}

function revisionOf(model: ReadonlyMap<string, { revision: number }>, key: number): number | undefined {
  return model.get(keyOf(key))?.revision;
}

/** What was seen, with revisions where documents themselves were read. */
function readTransaction(transaction: Transaction, what: Read): unknown {
  const things = transaction.collection('things')!;
  if (what.kind === 'count') return things.count;
  if (what.kind === 'key') {
    const found = things.get(keyOf(what.key));
    return found === undefined ? null : described(found.bytes, found.record);
  }
  const direction = what.backward ? 'backward' : 'forward';
  if (what.kind === 'range') {
    const rows: unknown[] = [];
    const cursor = things.blocks({ lower: keyOf(what.from), upper: keyOf(what.to) }, direction);
    for (let slice = cursor.next(); slice !== undefined; slice = cursor.next())
      for (let record = slice.from; record < slice.to; record++) rows.push(described(slice.bytes, record));
    return rows.sort();
  }
  const bounds = { lower: { value: what.from, inclusive: true }, upper: { value: what.to, inclusive: true } };
  const cursor = things.indexes[0].scan({ equal: [], ...bounds }, direction);
  const keys: string[] = [];
  for (let key = cursor.next(); key !== undefined; key = cursor.next()) keys.push(key);
  return keys.sort();
}

function described(bytes: Uint8Array, record: number): string {
  const at = recordBody(bytes, record);
  const revision = Buffer.from(bytes.subarray(at - 20, at - 12)).readUInt32BE();
  return `${recordKey(bytes, record)} ${(decodeValue(bytes, at) as { [name: string]: Value }).rank} ${revision}`;
}

function readModel(model: ReadonlyMap<string, { rank: number; revision: number }>, what: Read): unknown {
  if (what.kind === 'count') return model.size;
  const row = (key: string) => `${key} ${model.get(key)!.rank} ${model.get(key)!.revision}`;
  if (what.kind === 'key') return model.has(keyOf(what.key)) ? row(keyOf(what.key)) : null;
  const keys = [...model.keys()];
  if (what.kind === 'range')
    return keys
      .filter((key) => key >= keyOf(what.from) && key <= keyOf(what.to))
      .map(row)
      .sort();
  return keys.filter((key) => model.get(key)!.rank >= what.from && model.get(key)!.rank <= what.to).sort();
}

/** What was read, with the ranks where entries of the index were. */
function entriesRead(model: ReadonlyMap<string, { rank: number; revision: number }>, what: Read): unknown {
  if (what.kind !== 'rank') return readModel(model, what);
  return (readModel(model, what) as string[]).map((key) => `${key} ${model.get(key)!.rank}`);
}
