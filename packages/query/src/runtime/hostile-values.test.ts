import assert from 'node:assert/strict';
import { CairnError } from '@cairn/protocol/internal';
import { TestDatabase } from '../testing/test-database.ts';

/** Forty levels of an array that holds one array twice: small in memory, 2^40 elements to whoever walks it. */
const shared = '@levels |> REDUCE((a, x) -> [a, a], 1)';
const sharedMembers = '@levels |> REDUCE((a, x) -> {l: a, r: a}, {v: 1})';
const deep = '@manyLevels |> REDUCE((a, x) -> [a], 1)';

const binds = {
  levels: Array.from({ length: 40 }, (_, index) => index),
  manyLevels: Array.from({ length: 5000 }, (_, index) => index),
};

/** Queries over `x` and `y`, two such values that are equal and not the same. */
const uses: Readonly<Record<string, string>> = {
  'a comparison for equality': 'RETURN x == y',
  'a comparison for order': 'RETURN x < y',
  IN: 'RETURN x IN [0, y]',
  FILTER: 'FOR i IN 1..3 FILTER x == y RETURN i',
  DISTINCT: 'FOR i IN 1..3 RETURN DISTINCT [i, x]',
  SORT: 'FOR v IN [x, y] SORT v RETURN 1',
  'SORT with a limit': 'FOR v IN [x, y, x] SORT v LIMIT 1 RETURN 1',
  'keys of COLLECT': 'FOR v IN [x, y] COLLECT k = v RETURN 1',
  'aggregates of COLLECT': 'FOR v IN [x, y] COLLECT AGGREGATE n = COUNT_DISTINCT(v) RETURN n',
  'the largest': 'FOR v IN [x, y] COLLECT AGGREGATE n = MAX(v) RETURN 1',
  windows: 'FOR v IN [x, y] RETURN ROW_NUMBER() OVER (PARTITION BY v)',
  TO_STRING: 'RETURN LENGTH(TO_STRING(x))',
  CONCAT: "RETURN LENGTH(CONCAT('a', x))",
  templates: 'RETURN LENGTH($"${x}")',
  JSON_STRINGIFY: 'RETURN LENGTH(JSON_STRINGIFY(x))',
  JSON_STRINGIFY_PRETTY: 'RETURN LENGTH(JSON_STRINGIFY_PRETTY(x))',
  UNIQUE: 'RETURN UNIQUE([x, y]) |> LENGTH()',
  POSITION: 'RETURN INDEX_OF([0, x], y)',
  INTERSECTION: 'RETURN LENGTH(INTERSECTION([x], [y]))',
  SORTED: 'RETURN LENGTH(SORTED([x, y]))',
  REMOVE_VALUE: 'RETURN LENGTH(REMOVE_VALUE([x], y))',
  NULLIF: 'RETURN NULLIF(x, y) == 1',
  'a row': 'RETURN x',
  INSERT: 'INSERT {v: x} INTO c',
  UPDATE: "UPDATE 'a' WITH {v: x} IN c",
  UPSERT: 'UPSERT {v: x} INSERT {v: y} UPDATE {} IN c',
};

describe('values that share their parts or are nested deep', () => {
  let database: TestDatabase;

  before(async () => {
    database = await TestDatabase.open({ c: { documents: [{ _key: 'a', v: [1, 2] }] } });
  });

  after(() => database.close());

  async function refusal(text: string): Promise<string | undefined> {
    try {
      await database.query(text, { binds });
      return undefined;
    } catch (error) {
      assert.ok(error instanceof CairnError, `${text}: ${error}`);
      return error.code;
    } finally {
      assert.deepEqual(await database.query('RETURN 1 + 1'), [2]);
    }
  }

  for (const [use, text] of Object.entries(uses)) {
    it(`end ${use} by a named error`, async () => {
      for (const value of [shared, sharedMembers]) {
        const code = await refusal(`LET x = ${value} LET y = ${value} ${text}`);
        assert.equal(code, 'limit_exceeded', `${value}: ${text}`);
      }
      const code = await refusal(`LET x = ${deep} LET y = ${deep} ${text}`);
      assert.ok(code === 'limit_exceeded' || code === 'invalid_argument', `${code}`);
    }).timeout(60_000);
  }

  it('are opened and merged no further than others', async () => {
    assert.equal(
      await refusal(`LET x = @levels |> REDUCE((a, x) -> [a, a], []) RETURN FLATTEN(x, 90)`),
      'limit_exceeded',
    );
    assert.equal(await refusal(`LET x = ${deep} RETURN FLATTEN(x, 9000)`), 'limit_exceeded');
    assert.equal(
      await refusal(`LET x = ${sharedMembers} LET y = ${sharedMembers} RETURN DEEP_MERGE(x, y)`),
      'limit_exceeded',
    );
  }).timeout(60_000);

  it('are joined only as long as the text has room', async () => {
    const large = '@some |> REDUCE((a, x) -> [a, a], 1)';
    const some = binds.levels.slice(0, 22);
    for (const text of [
      `LET x = ${large} RETURN LENGTH(CONCAT(MAP(1..100000, i -> x)))`,
      `LET x = ${large} RETURN LENGTH($"${'${x}'.repeat(10_000)}")`,
    ]) {
      assert.equal(await database.failure(text, { binds: { some } }), 'limit_exceeded');
    }
  }).timeout(60_000);

  it('count against the memory of the statement when aggregates keep them', async () => {
    for (const name of ['COLLECT_LIST', 'UNIQUE', 'COUNT_DISTINCT']) {
      const text = `FOR i IN 1..1000 COLLECT AGGREGATE a = ${name}(CONCAT(REPEAT('x', 100000), i)) RETURN LENGTH(a)`;
      assert.equal(await database.failure(text, { limits: { memoryMaxBytes: 10_000_000 } }), 'limit_exceeded', name);
    }
  });

  it('are told apart by the thousand within the time of the statement', async () => {
    const large = '@some |> REDUCE((a, x) -> [a, a], i)';
    const some = binds.levels.slice(0, 18);
    for (const text of [
      `FOR i IN 1..100000 LET v = ${large} COLLECT k = v RETURN 1`,
      `FOR i IN 1..100000 LET v = ${large} SORT [@some |> REDUCE((a, x) -> [a, a], 0), i] RETURN 1`,
    ]) {
      const code = await database.failure(text, { binds: { some }, limits: { timeMaxMs: 500 } });
      assert.equal(code, 'timeout', text);
    }
  }).timeout(60_000);

  it('are compared when they are the same or small', async () => {
    assert.deepEqual(await database.query(`LET x = ${shared} RETURN x == x`, { binds }), [true]);
    const small = 'REDUCE(1..10, (a, x) -> [a, a], 1)';
    assert.deepEqual(await database.query(`RETURN ${small} == ${small}`), [true]);
  });
});
