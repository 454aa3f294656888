import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TestDatabase } from '../../testing/test-database.ts';

const vertexCount = 8;
const vertices = Array.from({ length: vertexCount }, (_, n) => ({ _key: `v${n}` }));
const ends = fc.tuple(fc.nat(vertexCount - 1), fc.nat(vertexCount - 1));

/** Steps from the first vertex to each that can be reached: the plain definition, to hold the walk to. */
function distances(edges: readonly (readonly [number, number])[], direction: string): Map<number, number> {
  const found = new Map([[0, 0]]);
  for (let depth = 0; depth < vertexCount; depth++) {
    for (const [from, to] of edges) {
      const ways =
        direction === 'OUTBOUND'
          ? [[from, to]]
          : direction === 'INBOUND'
            ? [[to, from]]
            : [
                [from, to],
                [to, from],
              ];
      for (const [near, far] of ways) if (found.get(near) === depth && !found.has(far)) found.set(far, depth + 1);
    }
  }
  return found;
}

describe('graph walks', function () {
  this.timeout(60_000);

  it('reach every vertex at its distance, with and without indexes on the ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(ends, { maxLength: 14 }),
        fc.constantFrom('OUTBOUND', 'INBOUND', 'ANY'),
        fc.boolean(),
        async (edges, direction, indexed) => {
          const documents = edges.map(([from, to], n) => ({ _key: `e${n}`, _from: `v/v${from}`, _to: `v/v${to}` }));
          const indexes = indexed ? ['_from', '_to'].map((field) => ({ name: `by${field}`, fields: [field] })) : [];
          const database = await TestDatabase.open({
            v: { documents: vertices },
            e: { type: 'edge', documents, indexes },
          });
          try {
            const expected = distances(edges, direction);
            for (const depth of [0, 1, 2, 3]) {
              const reached = await database.query(`FOR v IN ${depth} ${direction} 'v/v0' e SORT v._key RETURN v._key`);
              const wanted = [...expected].filter(([, steps]) => steps === depth).map(([n]) => `v${n}`);
              assert.deepEqual(reached, wanted.sort());
            }
            for (let target = 0; target < vertexCount; target++) {
              const path = await database.query(
                `FOR v, e IN SHORTEST_PATH 'v/v0' TO 'v/v${target}' ${direction} e RETURN [v._key, e._key]`,
              );
              const steps = expected.get(target);
              assert.equal(path.length, steps === undefined ? 0 : steps + 1);
            }
          } finally {
            await database.close();
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('start from ids in any spelling, and say what they want otherwise', async () => {
    const documents = [{ _key: 'e', _from: 'v/v0', _to: 'v/v1' }];
    const database = await TestDatabase.open({ v: { documents: vertices }, e: { type: 'edge', documents } });
    for (const start of ["'v/v0'", "'test:v/v0'", "DOCUMENT('v', 'v0')._id"]) {
      assert.deepEqual(await database.query(`FOR v IN OUTBOUND ${start} e RETURN v._key`), ['v1'], start);
    }
    for (const start of ['5', 'null', "['v/v0']", "DOCUMENT('v', 'v0')", "{_id: 'v/v0'}"]) {
      assert.equal(await database.failure(`FOR v IN OUTBOUND ${start} e RETURN v`), 'invalid_argument', start);
    }
    assert.equal(await database.failure("FOR v IN OUTBOUND 'v/v0' nosuch RETURN v"), 'not_found');
    await database.close();
  });

  it('hand out the way to a vertex, and visit nothing behind one that PRUNE holds for', async () => {
    const documents = ['v0 v1', 'v1 v2', 'v0 v3', 'v3 v4', 'v2 v4', 'v4 v5'].map((ends, n) => {
      const [from, to] = ends.split(' ');
      return { _key: `e${n}`, _from: `v/${from}`, _to: `v/${to}`, n };
    });
    const database = await TestDatabase.open({ v: { documents: vertices }, e: { type: 'edge', documents } });
    const walk = (tail: string) => database.query(`FOR v, e, p IN 0..9 OUTBOUND 'v/v0' e ${tail}`);
    assert.deepEqual(await walk("FILTER v._key == 'v5' RETURN [p.vertices[*]._key, p.edges[*]._key]"), [
      [
        ['v0', 'v3', 'v4', 'v5'],
        ['e2', 'e3', 'e5'],
      ],
    ]);
    assert.deepEqual(await walk("PRUNE v._key == 'v3' RETURN v._key"), ['v0', 'v1', 'v3', 'v2', 'v4', 'v5']);
    assert.deepEqual(await walk("PRUNE v._key IN ['v1', 'v3'] RETURN v._key"), ['v0', 'v1', 'v3']);
    assert.deepEqual(await walk('PRUNE e.n == 2 OR LENGTH(p.edges) == 2 RETURN v._key'), ['v0', 'v1', 'v3', 'v2']);
    assert.deepEqual(await walk('PRUNE true RETURN v._key'), ['v0']);
    const outer =
      "FOR s IN ['v2', 'v0'] SORT s FOR v IN 1..2 OUTBOUND CONCAT('v/', s) e PRUNE v._key == 'v1' RETURN [s, v._key]";
    assert.deepEqual(await database.query(outer), [
      ['v0', 'v1'],
      ['v0', 'v3'],
      ['v0', 'v4'],
      ['v2', 'v4'],
      ['v2', 'v5'],
    ]);
    assert.equal(await database.failure("FOR v IN OUTBOUND 'v/v0' e PRUNE w RETURN v"), 'not_found');
    assert.equal(await database.failure("FOR v IN OUTBOUND 'v/v0' e PRUNE v + 1 RETURN v"), 'invalid_argument');
    await database.close();
  });
});
