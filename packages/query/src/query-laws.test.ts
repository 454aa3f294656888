import assert from 'node:assert/strict';
import { encodeValue, type Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { rewrites } from './optimizer/optimizer.ts';
import { anyQuery, documents } from './testing/generated-queries.ts';
import { TestDatabase } from './testing/test-database.ts';

/** Times that as many queries again are made when a rewrite has not been met. */
const ROUNDS_MAX = 12;

describe('laws of planning', function () {
  this.timeout(Number(process.env.CAIRN_LAW_RUNS ?? 400) * 1000);
  let indexed: TestDatabase;
  let plain: TestDatabase;
  before(async () => {
    const left = documents(300, 1);
    const right = documents(40, 2);
    const indexes = [
      { name: 'by_a', fields: ['a'] },
      { name: 'by_b_a', fields: ['b', 'a'] },
      { name: 'by_c_d', fields: ['c.d'], sparse: true },
      { name: 'by_tag', fields: ['tags[*]'] },
      { name: 'by_b_tag', fields: ['b', 'tags[*]', 'a'] },
    ];
    indexed = await TestDatabase.open({
      left_side: { documents: left, indexes },
      right_side: { documents: right, indexes },
    });
    plain = await TestDatabase.open({ left_side: { documents: left }, right_side: { documents: right } });
  });
  after(async () => {
    await indexed.close();
    await plain.close();
  });

  it('no rewrite and no index changes an answer', async () => {
    const all = rewrites.map((rewrite) => rewrite.name);
    const seed = Number(process.env.CAIRN_LAW_SEED ?? Date.now() % 2 ** 31);
    const numRuns = Number(process.env.CAIRN_LAW_RUNS ?? 400);
    const reached = new Set<string>();
    let queries = 0;
    let missed = all;
    // Some rewrites are rare: a few hundred queries may pass one by, a few thousand do not.
    for (let round = 0; round === 0 || (missed.length > 0 && round < ROUNDS_MAX); round++) {
      await fc.assert(
        fc.asyncProperty(anyQuery, fc.subarray(all), async (query, disabled) => {
          const expected = await plain.query(query, { disabled: all });
          assertSame(await indexed.query(query), expected, 'with indexes');
          assertSame(await plain.query(query), expected, 'without indexes');
          assertSame(await indexed.query(query, { disabled }), expected, `without ${disabled.join()}`);
          for (const name of appliedRewrites(indexed, query)) reached.add(name);
        }),
        { numRuns, seed: seed + round },
      );
      queries += numRuns;
      missed = all.filter((name) => !reached.has(name));
    }
    console.log(`      ${queries} queries from seed ${seed} met ${[...reached].sort().join(', ')}`);
    assert.deepEqual(missed, [], 'no generated query reaches these rewrites');
  });

  it('values too long for their index entries change no answer', async () => {
    const long = `ab${'x'.repeat(500)}`;
    const query = (key: string, value: string) =>
      `UPDATE '${key}' WITH {a: '${value}', c: {d: '${value}'}} IN left_side`;
    for (const database of [indexed, plain]) {
      await database.query(query('k010', `${long}1`));
      await database.query(query('k020', `${long}2`));
      await database.query(query('k030', `${long}1`));
    }
    const all = rewrites.map((rewrite) => rewrite.name);
    await fc.assert(
      fc.asyncProperty(anyQuery, async (query) => {
        assertSame(await indexed.query(query), await plain.query(query, { disabled: all }), 'with indexes');
      }),
      { numRuns: 150 },
    );
  });

  it('the size of batches changes no answer', async () => {
    await fc.assert(
      fc.asyncProperty(anyQuery, fc.integer({ min: 1, max: 7 }), async (query, maxRows) => {
        assert.deepEqual(await indexed.query(query, { maxRows }), await indexed.query(query));
      }),
      { numRuns: 100 },
    );
  });
});

/** Equal in value, and in bytes: the order of members and the kind of a number are part of an answer, too. */
function assertSame(rows: readonly Value[], expected: readonly Value[], message: string): void {
  assert.deepEqual(rows, expected, message);
  const bytes = (values: readonly Value[]) => Buffer.from(encodeValue([...values])).toString('hex');
  assert.equal(bytes(rows), bytes(expected), `${message}: the same values in other bytes`);
}

function appliedRewrites(database: TestDatabase, query: string): readonly string[] {
  const view = database.database.snapshot();
  const prepared = database.engine.prepare(query, { database: 'test', view, binds: new Map() });
  view.release();
  structuredClone(prepared.plan); // throws where a rewrite has put something else than data into a plan
  return prepared.plan.rewrites;
}
