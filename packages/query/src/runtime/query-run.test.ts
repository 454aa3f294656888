import assert from 'node:assert/strict';
import { decodeRows, TestDatabase } from '../testing/test-database.ts';

describe('runs', () => {
  let database: TestDatabase;
  before(async () => {
    const documents = Array.from({ length: 300 }, (_, n) => ({
      _key: `k${String(n).padStart(3, '0')}`,
      n,
      text: 'x'.repeat(50),
    }));
    database = await TestDatabase.open({ items: { documents }, empty: { documents: [] } });
  });
  after(() => database.close());

  it('answers in batches and goes on where it stopped', () => {
    const transaction = database.database.begin();
    const run = database.start('FOR x IN items FOR y IN 1..2 RETURN x.n * 10 + y', transaction);
    const rows: unknown[] = [];
    const sizes: number[] = [];
    for (let done = false; !done; ) {
      const batch = run.next({ maxRows: 250 });
      rows.push(...decodeRows(batch.bytes, batch.rows));
      sizes.push(batch.rows);
      done = batch.done;
    }
    transaction.rollback();
    assert.deepEqual(sizes, [250, 250, 100]);
    assert.deepEqual(
      rows,
      Array.from({ length: 600 }, (_, at) => Math.floor(at / 2) * 10 + (at % 2) + 1),
    );
  });

  it('hands over when a batch has enough bytes', () => {
    const transaction = database.database.begin();
    const run = database.start('FOR x IN items RETURN x.text', transaction);
    assert.equal(run.next({ maxRows: 1000, maxBytes: 100 }).rows, 2);
    run.close();
    assert.equal(run.next({ maxRows: 1000 }).done, true);
    transaction.rollback();
  });

  it('gives others their turn when its slice of time is over', () => {
    const transaction = database.database.begin();
    const run = database.start('FOR x IN 1..100000000 FILTER x < 0 RETURN x', transaction);
    const batch = run.next({ maxRows: 10, sliceMs: 0 });
    assert.deepEqual([batch.rows, batch.done], [0, false]);
    run.close();
    transaction.rollback();
  });

  it('ends at its deadline, also inside a subquery, a sort and a join', async () => {
    const limits = { timeMaxMs: 5 };
    for (const query of [
      'FOR x IN 1..100000000 FILTER x < 0 RETURN x',
      'RETURN LENGTH((FOR x IN 1..100000000 FILTER x < 0 RETURN x))',
      'FOR x IN 1..100000000 FILTER x < 0 SORT x RETURN x',
      'FOR x IN 1..1000000 JOIN items ON items.n < 0 RETURN x',
    ]) {
      assert.equal(await database.failure(query, { limits }), 'timeout', query);
    }
  });

  it('ends when it is cancelled', async () => {
    const signal = AbortSignal.abort();
    assert.equal(await database.failure('FOR x IN 1..100000000 RETURN x', { signal }), 'cancelled');
  });

  it('keeps within its budgets of memory and rows', async () => {
    const limits = { memoryMaxBytes: 100_000 };
    for (const query of [
      'FOR x IN 1..100000000 SORT x DESC RETURN x',
      'FOR x IN 1..100000000 SORT x LIMIT 100000000 RETURN x',
      'FOR x IN 1..100000000 COLLECT k = x RETURN k',
      'FOR x IN 1..100000000 COLLECT AGGREGATE all = PUSH(x) RETURN LENGTH(all)',
      'FOR x IN 1..100000000 COLLECT k = 1 INTO g RETURN LENGTH(g)',
      'FOR x IN 1..100000000 RETURN DISTINCT x',
      'LET all = (FOR x IN 1..100000000 RETURN x) RETURN LENGTH(all)',
      'RETURN LENGTH((FOR x IN 1..100000000 RETURN x))',
      'FOR x IN 1..100000000 RETURN SUM(x) OVER ()',
    ]) {
      assert.equal(await database.failure(query, { limits }), 'limit_exceeded', query);
    }
    assert.equal(await database.failure('FOR x IN 1..100 RETURN x', { limits: { rowsMax: 99 } }), 'limit_exceeded');
  });

  it('counts what it read and answered', () => {
    const transaction = database.database.begin();
    const run = database.start('FOR x IN items FILTER x.n < 10 RETURN x.n', transaction);
    run.next({ maxRows: 1000 });
    const { scanned, returned } = run.statistics;
    transaction.rollback();
    assert.deepEqual({ scanned, returned }, { scanned: 300, returned: 10 });
  });

  it('drops rows whose FILTER fails, takes failed sort keys as null, and says so', () => {
    const transaction = database.database.begin();
    const run = database.start("FOR x IN [3, 'a', 1] SORT x * 2 FILTER x + 1 > 0 RETURN x", transaction);
    const batch = run.next({ maxRows: 10 });
    transaction.rollback();
    assert.deepEqual(decodeRows(batch.bytes, batch.rows), [1, 3]);
    assert.equal(run.warnings.length, 2);
  });

  it('meets the mistakes of constants where they are computed, if they are', async () => {
    for (const mistake of ['LENGTH(1.5..3)', '-null', '1 + null', "'a' * 2", 'POW(0, -1)', '~[]']) {
      assert.deepEqual(await database.query(`FOR x IN [] RETURN ${mistake}`), [], mistake);
      assert.deepEqual(await database.query(`FOR x IN [1] FILTER ${mistake} != 7 RETURN x`), [], mistake);
      assert.deepEqual(await database.query(`FOR x IN [2, 1] SORT ${mistake} RETURN x`), [2, 1], mistake);
      assert.equal(await database.failure(`RETURN ${mistake}`), 'invalid_argument', mistake);
    }
  });

  it('finds mistakes before it runs, over an empty collection too', async () => {
    assert.equal(await database.failure('FOR x IN nosuch RETURN x'), 'not_found');
    assert.equal(await database.failure('FOR x IN empty RETURN nosuch'), 'not_found');
    assert.equal(await database.failure('FOR x IN empty RETURN NOSUCH(x)'), 'invalid_argument');
    assert.equal(await database.failure('FOR x IN empty RETURN UPPER()'), 'invalid_argument');
    assert.equal(await database.failure('FOR x IN empty COLLECT AGGREGATE n = NOSUCH(x) RETURN n'), 'invalid_argument');
    assert.equal(await database.failure('FOR x IN empty RETURN @missing'), 'invalid_argument');
    assert.equal(await database.failure('FOR x IN @@missing RETURN 1'), 'invalid_argument');
  });
});

describe('writes', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    const documents = ['a', 'b', 'c'].map((key, n) => ({ _key: key, n }));
    database = await TestDatabase.open({ items: { documents }, other: { documents: [] } });
  });
  afterEach(() => database.close());
  const numbers = () => database.query('FOR x IN items RETURN [x._key, x.n]');

  it('never meet what they write themselves', async () => {
    await database.query('FOR x IN items INSERT {n: x.n + 10} INTO items');
    assert.equal((await numbers()).length, 6);
  });

  it('show in what follows', async () => {
    const rows = await database.query(
      "INSERT {_key: 'd', n: 9} INTO items FOR x IN items FILTER x.n > 1 RETURN x._key",
    );
    assert.deepEqual(rows, ['c', 'd']);
  });

  it('change nothing when the statement fails', async () => {
    assert.equal(await database.failure("FOR k IN ['x', 'y', 'a'] INSERT {_key: k} INTO items"), 'already_exists');
    assert.deepEqual(await numbers(), [
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ]);
  });

  it('hand on NEW and OLD', async () => {
    const rows = await database.query('FOR x IN items UPDATE x WITH {n: x.n * 2} IN items RETURN [OLD.n, NEW.n]');
    assert.deepEqual(rows, [
      [0, 0],
      [1, 2],
      [2, 4],
    ]);
    assert.deepEqual(await database.query("REMOVE 'b' IN items RETURN OLD.n"), [2]);
    assert.equal(await database.failure("REMOVE 'c' IN items RETURN NEW"), 'not_found');
  });

  it('UPSERT looks by key, by attributes, and meets what it inserted before', async () => {
    const query =
      "FOR n IN [1, 7, 7] UPSERT {n: n} INSERT {_key: CONCAT('u', n), n: n} UPDATE {hits: 1 + (OLD.hits ?? 0)} IN items RETURN [NEW._key, NEW.hits]";
    assert.deepEqual(await database.query(query), [
      ['b', 1],
      ['u7', null],
      ['u7', 1],
    ]);
  });

  it('do not meet the loop around them', async () => {
    const query =
      "FOR x IN items LET w = (FOR i IN [1] INSERT {_key: CONCAT('w', x._key)} INTO items RETURN 1) RETURN x._key";
    assert.deepEqual(await database.query(query), ['a', 'b', 'c']);
    assert.equal((await numbers()).length, 6);
  });

  it('need a writer', async () => {
    const view = database.database.snapshot();
    const binds = new Map();
    const prepared = database.engine.prepare("REMOVE 'a' IN items", { database: 'test', view, binds });
    assert.deepEqual(prepared.collections, [{ name: 'items', access: 'write' }]);
    const host = { nowMs: 0, randomBytes: (length: number) => new Uint8Array(length), monotonicMs: () => 0 };
    const run = database.engine.start(prepared, { database: 'test', view, binds, ...host });
    assert.throws(() => run.next({ maxRows: 1 }), { code: 'read_only' });
    view.release();
  });
});
