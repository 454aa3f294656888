import assert from 'node:assert/strict';
import type { Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { TestDatabase, type TestObject } from '../../testing/test-database.ts';

interface TestEdge {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly weight: number;
}

interface TestPath {
  readonly weight: number;
  readonly edges: readonly string[];
}

const vertexKeys = ['v0', 'v1', 'v2', 'v3', 'v4'];
const vertices = vertexKeys.map((_key) => ({ _key }));
const indexes = ['_from', '_to'].map((field) => ({ name: `by${field}`, fields: [field] }));

/** `a b 3` is an edge from a to b of 3 km; without a number it has none. */
function edgesOf(...texts: string[]): TestObject[] {
  return texts.map((text, n) => {
    const [from, to, km] = text.split(' ');
    const ends = { _key: `e${n}`, _from: `v/${from}`, _to: `v/${to}` };
    return km === undefined ? ends : { ...ends, km: Number(km) };
  });
}

async function withGraph(edges: readonly TestObject[], use: (database: TestDatabase) => Promise<void>): Promise<void> {
  const database = await TestDatabase.open({
    v: { documents: vertices },
    e: { type: 'edge', documents: edges, indexes },
  });
  try {
    await use(database);
  } finally {
    await database.close();
  }
}

/** Every path without loops, by trying them all, in the order in which they are to come. */
function allPaths(edges: readonly TestEdge[], direction: string, start: string, goal: string): TestPath[] {
  const found: TestPath[] = [];
  const walk = (at: string, seen: readonly string[], path: TestPath): void => {
    if (at === goal) {
      found.push(path);
      return;
    }
    for (const { key, from, to, weight } of edges) {
      const ends = [
        ...(direction !== 'INBOUND' && from === at ? [to] : []),
        ...(direction !== 'OUTBOUND' && to === at ? [from] : []),
      ];
      for (const next of ends) {
        if (seen.includes(next)) continue;
        walk(next, [...seen, next], { weight: path.weight + weight, edges: [...path.edges, key] });
      }
    }
  };
  walk(start, [start], { weight: 0, edges: [] });
  return found.sort(
    (a, b) =>
      a.weight - b.weight ||
      a.edges.length - b.edges.length ||
      (a.edges.join() < b.edges.join() ? -1 : a.edges.join() > b.edges.join() ? 1 : 0),
  );
}

const km = "OPTIONS {weightAttribute: 'km'}";

describe('weighted shortest paths', function () {
  this.timeout(60_000);

  it('go the way of the least weight, and the same one of several every time', async () => {
    await withGraph(edgesOf('v0 v3 9', 'v0 v1 2', 'v1 v3 3', 'v0 v2 1', 'v2 v3 4', 'v3 v4'), async (database) => {
      const path = async (tail: string) => (await database.query(`FOR v, e IN SHORTEST_PATH ${tail}`)) as unknown;
      const fromTo = "'v/v0' TO 'v/v3' OUTBOUND e";
      assert.deepEqual(await path(`${fromTo} RETURN e._key`), [null, 'e0']);
      assert.deepEqual(await path(`${fromTo} ${km} RETURN [v._key, e._key]`), [
        ['v0', null],
        ['v1', 'e1'],
        ['v3', 'e2'],
      ]);
      assert.deepEqual(await path(`${fromTo} OPTIONS {weightAttribute: 'none', defaultWeight: 5} RETURN e._key`), [
        null,
        'e0',
      ]);
      assert.deepEqual(await path(`'v/v4' TO 'v/v0' INBOUND e ${km} RETURN v._key`), ['v4', 'v3', 'v1', 'v0']);
      assert.deepEqual(await path(`'v/v4' TO 'v/v0' OUTBOUND e ${km} RETURN v._key`), []);
      assert.deepEqual(await path(`'v/v2' TO 'v/v2' OUTBOUND e ${km} RETURN v._key`), ['v2']);
    });
  });

  it('take an edge without a number to weigh what OPTIONS say, one where they say nothing', async () => {
    const edges = [...edgesOf('v0 v1', 'v0 v2 1', 'v2 v1 0.5'), { _key: 'text', _from: 'v/v0', _to: 'v/v3', km: '7' }];
    await withGraph(edges, async (database) => {
      const weight = async (goal: string, options: string) => {
        const query = `FOR p IN K_SHORTEST_PATHS 'v/v0' TO 'v/${goal}' OUTBOUND e OPTIONS ${options} LIMIT 1 RETURN p.weight`;
        return (await database.query(query, { binds: options.includes('@') ? { w: 3, name: 'km' } : {} }))[0];
      };
      assert.equal(await weight('v1', "{weightAttribute: 'km'}"), 1);
      assert.equal(await weight('v1', "{weightAttribute: 'km', defaultWeight: 9}"), 1.5);
      assert.equal(await weight('v3', '{weightAttribute: @name, defaultWeight: @w}'), 3);
      assert.equal(await weight('v3', "{weightAttribute: 'km', defaultWeight: 0}"), 0);
      assert.equal(await weight('v1', '{defaultWeight: 2}'), 2);
      assert.equal(await weight('v1', '{}'), 1);
    });
  });

  it('refuse negative weights and options that they do not know, by name', async () => {
    await withGraph(edgesOf('v0 v1 -2'), async (database) => {
      const failure = (options: string, word = 'SHORTEST_PATH') =>
        database.query(`FOR v IN ${word} 'v/v0' TO 'v/v1' OUTBOUND e OPTIONS ${options} RETURN v`);
      for (const word of ['SHORTEST_PATH', 'K_SHORTEST_PATHS']) {
        await assert.rejects(failure("{weightAttribute: 'km'}", word), {
          code: 'invalid_argument',
          message: /'e\/e0'/,
        });
        await assert.rejects(failure("{weihgt: 'km'}", word), { code: 'invalid_argument', message: /'weihgt'/ });
        await assert.rejects(failure('{weightAttribute: 5}', word), /'weightAttribute' wants/);
        await assert.rejects(failure('{defaultWeight: -1}', word), /'defaultWeight' wants/);
        await assert.rejects(failure('{defaultWeight: 1 + 1}', word), /'defaultWeight' wants a literal/);
        await assert.rejects(failure('5', word), /want an object/);
      }
      const secondVariable = "FOR p, e IN K_SHORTEST_PATHS 'v/v0' TO 'v/v1' OUTBOUND e RETURN p";
      await assert.rejects(database.query(secondVariable), /K_SHORTEST_PATHS has one variable/);
    });
  });
});

describe('k shortest paths', function () {
  this.timeout(60_000);

  it('come with their vertices, edges and weight', async () => {
    await withGraph(edgesOf('v0 v1 1', 'v1 v2 1', 'v0 v2 5'), async (database) => {
      const query = `FOR p IN K_SHORTEST_PATHS 'v/v0' TO 'v/v2' OUTBOUND e ${km}
        RETURN [p.vertices[*]._key, p.edges[*]._key, p.weight]`;
      assert.deepEqual(await database.query(query), [
        [['v0', 'v1', 'v2'], ['e0', 'e1'], 2],
        [['v0', 'v2'], ['e2'], 5],
      ]);
      const counted = "FOR p IN K_SHORTEST_PATHS 'v/v0' TO 'v/v2' OUTBOUND e RETURN p.weight";
      assert.deepEqual(await database.query(counted), [1, 2]);
      const perRow =
        "FOR t IN ['v1', 'v4', 'v2'] FOR p IN K_SHORTEST_PATHS 'v/v0' TO CONCAT('v/', t) ANY e LIMIT 3 RETURN [t, p.weight]";
      assert.deepEqual(await database.query(perRow), [
        ['v1', 1],
        ['v1', 2],
        ['v2', 1],
      ]);
    });
  });

  it('are the first of all paths, as are weighted shortest paths', async () => {
    const edge = fc.tuple(fc.nat(4), fc.nat(4), fc.nat(3));
    const graphs = fc
      .array(edge, { maxLength: 9 })
      .map((list) => list.map(([from, to, weight], n) => ({ key: `e${n}`, from: `v${from}`, to: `v${to}`, weight })));
    await fc.assert(
      fc.asyncProperty(graphs, fc.constantFrom('OUTBOUND', 'INBOUND', 'ANY'), async (edges, direction) => {
        const documents = edges.map(({ key, from, to, weight }) => ({
          ...{ _key: key, _from: `v/${from}`, _to: `v/${to}` },
          ...(weight === 1 ? {} : { km: weight }), // the default
        }));
        await withGraph(documents, async (database) => {
          for (const goal of vertexKeys) {
            const tail = `'v/v0' TO 'v/${goal}' ${direction} e`;
            const expected = allPaths(edges, direction, 'v0', goal);
            const paths = `FOR p IN K_SHORTEST_PATHS ${tail} ${km} RETURN {weight: p.weight, edges: p.edges[*]._key}`;
            assert.deepEqual(await database.query(paths), expected);
            const one = await database.query(`FOR v, e IN SHORTEST_PATH ${tail} ${km} RETURN e._key`);
            assert.deepEqual(one, expected.length === 0 ? [] : [null, ...expected[0].edges]);
            const counted = `FOR p IN K_SHORTEST_PATHS ${tail} LIMIT 4 RETURN p.edges[*]._key`;
            const byCount = allPaths(
              edges.map((each) => ({ ...each, weight: 1 })),
              direction,
              'v0',
              goal,
            );
            assert.deepEqual(
              await database.query(counted),
              byCount.slice(0, 4).map((path) => path.edges),
            );
          }
        });
      }),
      { numRuns: 40 },
    );
  });

  it('are searched for one by one, and never more of them than the limits allow', async () => {
    const ends = vertexKeys.flatMap((from) => vertexKeys.filter((to) => to !== from).map((to) => `${from} ${to} 1`));
    await withGraph(edgesOf(...ends), async (database) => {
      const query = "FOR p IN K_SHORTEST_PATHS 'v/v0' TO 'v/v4' OUTBOUND e";
      assert.equal((await database.query(`${query} RETURN 1`)).length, 16);
      const few = { limits: { pathsMax: 3 } };
      assert.deepEqual(await database.query(`${query} LIMIT 3 RETURN p.weight`, few), [1, 2, 2]);
      assert.equal(await database.failure(`${query} RETURN 1`, few), 'limit_exceeded');
      const visits = { limits: { pathVisitsMax: 10 } };
      assert.equal((await database.query(`${query} LIMIT 1 RETURN 1`, visits)).length, 1);
      assert.equal(await database.failure(`${query} RETURN 1`, visits), 'limit_exceeded');
      assert.equal(await database.failure(`${query} RETURN 1`, { limits: { memoryMaxBytes: 500 } }), 'limit_exceeded');
      const signal = AbortSignal.abort();
      assert.equal(await database.failure(`${query} RETURN 1`, { signal }), 'cancelled');
      const hidden = (collection: string): void => {
        if (collection === 'v') throw new RangeError('hidden');
      };
      await assert.rejects(database.query(`${query} RETURN p`, { mayRead: hidden }), /hidden/);
    });
  });

  it('let others have their turn while they are searched for, and see what their transaction wrote', async () => {
    await withGraph(edgesOf('v0 v1 1', 'v1 v2 1', 'v2 v3 1', 'v3 v4 1'), async (database) => {
      const transaction = database.database.begin();
      const all = (text: string, sliceMs?: number): number => {
        const run = database.start(text, transaction);
        let slices = 1;
        while (!run.next({ maxRows: 100, sliceMs }).done) slices++;
        assert.ok(run.statistics.returned <= 1);
        return slices;
      };
      for (const word of ['K_SHORTEST_PATHS', 'SHORTEST_PATH']) {
        const query = `FOR p IN ${word} 'v/v0' TO 'v/v4' OUTBOUND e ${km} COLLECT WITH COUNT INTO n RETURN n`;
        assert.ok(all(query, 0) >= all(query, 1e9) + 4, word); // four vertices are visited
      }
      all("INSERT {_key: 'new', _from: 'v/v0', _to: 'v/v4', km: 0.5} INTO e");
      const run = database.start(
        `FOR p IN K_SHORTEST_PATHS 'v/v0' TO 'v/v4' OUTBOUND e ${km} FILTER p.weight == 0.5 RETURN p`,
        transaction,
      );
      assert.equal(run.next({ maxRows: 10 }).rows, 1);
      transaction.rollback();
    });
  });

  it('are a keyword only where a clause wants one, and show in a plan', async () => {
    await withGraph(edgesOf('v0 v1 1'), async (database) => {
      const attribute = 'LET x = {k_shortest_paths: 1} RETURN [x.k_shortest_paths, x.K_SHORTEST_PATHS]';
      assert.deepEqual(await database.query(attribute), [[1, null]]);
      const explain = `EXPLAIN FOR p IN K_SHORTEST_PATHS 'v/v0' TO 'v/v1' ANY e ${km} RETURN p`;
      const [plan] = (await database.query(explain)) as { readonly [name: string]: Value }[];
      assert.match(JSON.stringify(plan), /"op":"path"/);
    });
  });
});
