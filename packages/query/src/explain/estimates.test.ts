import assert from 'node:assert/strict';
import type { Value } from '@cairn/protocol/internal';
import { TestDatabase } from '../testing/test-database.ts';

interface Node {
  readonly op: string;
  readonly rows_estimated: number;
  readonly rows?: number;
  readonly indexes?: readonly { index: string; used: boolean; reason: string }[];
  readonly subqueries?: readonly { runs: string; plan: Node }[];
  readonly source?: Node;
}

interface Explained {
  readonly plan: Node;
  readonly advice: readonly Value[];
}

const count = 6_000;

describe('estimates in explain', function () {
  this.timeout(20_000);
  let database: TestDatabase;
  before(async () => {
    const documents = Array.from({ length: count }, (_, n) => ({
      _key: `k${String(n).padStart(5, '0')}`,
      city: `c${n % 40}`,
      age: (Math.imul(n, 2654435761) >>> 16) % 80,
      score: (n * 104729) % 10_000,
      name: `n${(n * 31) % 1000}`,
      half: n % 2,
      tags: [`t${n % 10}`, `u${n % 100}`],
    }));
    const indexes = [
      { name: 'by_city_age', fields: ['city', 'age'] },
      { name: 'by_age', fields: ['age'] },
      { name: 'by_half', fields: ['half'] },
      { name: 'by_tag', fields: ['tags[*]'] },
      { name: 'by_name', fields: ['name'] },
    ];
    database = await TestDatabase.open({ people: { documents, indexes } });
  });
  after(() => database.close());

  const explain = async (query: string, binds: Record<string, Value> = {}) =>
    (await database.query(`EXPLAIN ${query}`, { binds }))[0] as unknown as Explained;
  const nodes = (plan: Node | undefined): Node[] => (plan === undefined ? [] : [plan, ...nodes(plan.source)]);

  it('come within a factor of two of what happens', async () => {
    const queries = [
      "FOR p IN people FILTER p.city == 'c3' RETURN p",
      'FOR p IN people FILTER p.city == @city AND p.age < 8 RETURN p',
      'FOR p IN people FILTER p.age >= 20 AND p.age < 24 RETURN p',
      'FOR p IN people FILTER p.age > 40 RETURN p',
      "FOR p IN people FILTER p.city IN ['c1', 'c2', 'zz'] RETURN p",
      "FOR p IN people FILTER 'u17' IN p.tags RETURN p",
      'FOR p IN people FILTER p.score < 2000 RETURN p',
      "FOR p IN people FILTER p.name LIKE 'n99%' RETURN p",
      'FOR p IN people FILTER p.score >= 5000 COLLECT c = p.city RETURN c',
      'FOR i IN 1..10 FOR p IN people FILTER p.age == i RETURN p',
      "FOR p IN people FILTER p.city == 'c1' OR p.city == 'c2' RETURN p",
    ];
    for (const query of queries) {
      const [answer] = await database.query(`EXPLAIN ANALYZE ${query}`, { binds: { city: 'c4' } });
      for (const { op, rows_estimated: estimate, rows } of nodes((answer as unknown as Explained).plan)) {
        const close = estimate <= 2 * rows! + 10 && rows! <= 2 * estimate + 10;
        assert.ok(close, `${query}: ${op} was estimated ${estimate} and had ${rows}`);
      }
    }
  });

  it('choose the index that reads least, and a scan where most would be read', async () => {
    const used = async (query: string, binds?: Record<string, Value>) =>
      nodes((await explain(query, binds)).plan).flatMap(({ indexes }) =>
        (indexes ?? []).filter((note) => note.used).map((note) => note.index),
      );
    assert.deepEqual(await used("FOR p IN people FILTER p.age == 5 AND 't3' IN p.tags RETURN p"), ['by_age']);
    assert.deepEqual(await used("FOR p IN people FILTER p.city == 'c3' AND p.age == 3 RETURN p"), ['by_city_age']);
    assert.deepEqual(await used("FOR p IN people FILTER p.age > 3 AND p.name == 'n31' RETURN p"), ['by_name']);
    assert.deepEqual(await used('FOR p IN people FILTER p.age > 3 RETURN p'), []);
    assert.deepEqual(await used('FOR p IN people FILTER p.age > 3 LIMIT 5 RETURN p'), ['by_age']);
    assert.deepEqual(await used('FOR p IN people FILTER p.age > @age RETURN p', { age: 3 }), ['by_age']);
    assert.deepEqual(await used('FOR p IN people FILTER p.half == @half RETURN p', { half: 1 }), []);
    assert.deepEqual(await used('FOR p IN people FILTER p.half == @half LIMIT 9 RETURN p', { half: 1 }), ['by_half']);
  });

  it('say why an index is not used', async () => {
    const { plan } = await explain("FOR p IN people FILTER p.age > 3 AND LOWER(p.name) == 'n3' RETURN p");
    const notes = nodes(plan).find(({ indexes }) => indexes !== undefined)!.indexes!;
    const reason = (name: string) => notes.find(({ index }) => index === name)!.reason;
    assert.match(reason('by_age'), /a scan is cheaper/);
    assert.match(reason('by_name'), /does not compare name/);
    assert.match(reason('by_tag'), /names no element/);
  });

  it('advise an index that would read much less, and none where there is one', async () => {
    const { advice } = await explain('FOR p IN people FILTER p.score == 77 AND p.age > 3 RETURN p');
    assert.equal(advice.length, 1);
    const [first] = advice as { collection: string; fields: string[]; rows_read_now: number; rows_read_then: number }[];
    assert.deepEqual([first.collection, first.fields, first.rows_read_now], ['people', ['score', 'age'], count]);
    assert.ok(first.rows_read_then <= 200, `${first.rows_read_then}`);
    assert.deepEqual((await explain("FOR p IN people FILTER p.city == 'c1' RETURN p")).advice, []);
    assert.deepEqual((await explain('FOR p IN people SORT p.score DESC LIMIT 10 RETURN p')).advice, [
      { collection: 'people', fields: ['score'], rows_read_now: count, rows_read_then: 10 },
    ]);
    const looked = await explain('FOR p IN people LIMIT 5 JOIN people ON people.score == p.age RETURN 1');
    assert.deepEqual(
      (looked.advice as { fields: string[] }[]).map(({ fields }) => fields),
      [['score']],
    );
    const joined = await explain('FOR p IN people FOR q IN people FILTER q.score == p.age RETURN 1');
    assert.deepEqual(
      (joined.advice as { fields: string[] }[]).map(({ fields }) => fields),
      [],
    );
  });

  it('show subqueries, and how often they run', async () => {
    const { plan } = await explain(
      "FOR p IN people LIMIT 2 LET same = (FOR q IN people FILTER q.name == p.name RETURN 1) LET all = (FOR q IN people FILTER q.name == 'n1' RETURN 1) RETURN [same, all]",
    );
    const shown = nodes(plan).flatMap(({ subqueries }) => subqueries ?? []);
    assert.deepEqual(shown.map(({ runs }) => runs).sort(), ['for each row', 'once']);
    const runs = async (call: string) => {
      const explained = await explain(`FOR p IN people LET r = (FOR i IN [1] RETURN ${call}) RETURN r`);
      return nodes(explained.plan).flatMap(({ subqueries }) => subqueries ?? [])[0].runs;
    };
    assert.equal(await runs("COLLECTION_COUNT('people')"), 'once');
    assert.equal(await runs('RAND()'), 'for each row');
    assert.ok(shown.every((subquery) => nodes(subquery.plan).some(({ op }) => op === 'index')));
  });
});
