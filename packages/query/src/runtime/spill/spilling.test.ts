import assert from 'node:assert/strict';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { CairnError } from '@cairn/protocol/internal';
import { decodeRows, TestDatabase, type TestQueryOptions } from '../../testing/test-database.ts';
import type { QueryRun } from '../query-run.ts';

const ROWS = 20_000;
const budget = { spillAfterBytes: 200_000 };
const sorting = `FOR i IN 1..${ROWS} SORT (i * 7919) % ${ROWS}, i RETURN i`;

/** Open files of this process that were temporary files of queries. */
function openFiles(): number {
  return readdirSync('/proc/self/fd').filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).includes('.spill');
    } catch {
      return false;
    }
  }).length;
}

describe('a query that spills', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  before(async () => {
    const documents = Array.from({ length: 3_000 }, (_, n) => ({
      _key: `k${String(n).padStart(5, '0')}`,
      n,
      group: n % 700,
      text: 'x'.repeat(300),
    }));
    database = await TestDatabase.open({ items: { documents } });
  });
  after(() => database.close());
  afterEach(() => {
    const left = existsSync(database.temporaryFolder) ? readdirSync(database.temporaryFolder) : [];
    assert.deepEqual(left, [], 'files with a name');
    if (process.platform === 'linux') assert.equal(openFiles(), 0, 'open files');
  });

  function started(text: string, options: TestQueryOptions, work: (run: QueryRun) => void): void {
    const transaction = database.database.begin();
    const run = database.start(text, transaction, options);
    try {
      work(run);
    } finally {
      run.close();
      transaction.rollback();
    }
  }

  async function refusal(text: string, options: TestQueryOptions): Promise<CairnError> {
    try {
      await database.query(text, options);
    } catch (error) {
      if (error instanceof CairnError) return error;
      throw error;
    }
    throw new Error(`answered: ${text}`);
  }

  it('sorts and groups more than its memory, in many runs', () => {
    const texts = [
      sorting,
      `FOR i IN 1..${ROWS} COLLECT k = i % 9000 AGGREGATE s = SUM(i) RETURN [k, s]`,
      `FOR i IN 1..${ROWS} COLLECT k = i % 900 INTO g RETURN [k, LENGTH(g)]`,
      `FOR i IN 1..${ROWS} SORT i % 10 DESC, i LIMIT 15000, 50 RETURN i`,
      'FOR x IN items SORT x.group RETURN x.text',
    ];
    for (const text of texts) {
      const answer = (limits: TestQueryOptions['limits']) => {
        let rows: unknown[] = [];
        started(text, { limits }, (run) => {
          while (rows.length === 0 || !last.done) {
            const batch = (last = run.next({ maxRows: ROWS }));
            rows = rows.concat(decodeRows(batch.bytes, batch.rows));
            if (batch.done) break;
          }
          const { spilledBytes } = run.statistics;
          assert.equal(spilledBytes > 0, limits !== undefined, `${text}: ${spilledBytes}`);
        });
        return rows;
      };
      let last: { done: boolean } = { done: false };
      assert.deepEqual(answer(budget), answer(undefined), text);
    }
  });

  it('gives way while it sorts, writes and merges', () => {
    const text = 'FOR i IN 1..100000 SORT -i FILTER i == 0 RETURN i';
    started(text, { limits: { spillAfterBytes: 4_000_000 } }, (run) => {
      let turns = 0;
      while (!run.next({ maxRows: ROWS, sliceMs: 0 }).done) turns++;
      // Some 25 looks at the clock while rows are gathered, as many while they are merged; more in between.
      assert.ok(turns > 60, `${turns} turns`);
    });
  });

  it('has a file without a name, which goes with the run when that is closed', () => {
    started(sorting, { limits: budget }, (run) => {
      assert.equal(run.next({ maxRows: 1, sliceMs: Number.POSITIVE_INFINITY }).rows, 1);
      assert.equal(run.spillFile.isOpen, true);
      assert.deepEqual(readdirSync(database.temporaryFolder), []);
      run.close();
      assert.equal(run.spillFile.isOpen, false);
      assert.equal(run.memory.bytes, 0);
    });
  });

  it('ends at its deadline', async () => {
    const text = 'FOR i IN 1..100000000 SORT -i RETURN i';
    assert.equal((await refusal(text, { limits: { ...budget, timeMaxMs: 300 } })).code, 'timeout');
  });

  it('ends when it is cancelled', () => {
    const controller = new AbortController();
    started('FOR i IN 1..100000000 SORT -i RETURN i', { limits: budget, signal: controller.signal }, (run) => {
      while (!run.spillFile.isOpen) run.next({ maxRows: 1, sliceMs: 1 });
      controller.abort();
      assert.throws(
        () => run.next({ maxRows: 1, sliceMs: 1000 }),
        (error) => error instanceof CairnError && error.code === 'cancelled',
      );
    });
  });

  it('ends with an error of its rows', async () => {
    const text = `FOR i IN 1..${ROWS} SORT -i RETURN ASSERT(i > 5, 'no')`;
    assert.equal((await refusal(text, { limits: budget })).code, 'invalid_argument');
  });

  it('has a limit of bytes in its file, and a limit of what no file can take', async () => {
    const tooLong = await refusal('FOR i IN 1..10000000 SORT -i RETURN i', {
      limits: { ...budget, spillMaxBytes: 1_000_000 },
    });
    assert.deepEqual(
      [tooLong.code, tooLong.details],
      ['limit_exceeded', { exceeded: 'spillMaxBytes', limit: 1_000_000 }],
    );
    const tooMuch = await refusal('FOR i IN 1..100000 COLLECT k = 1 INTO g RETURN LENGTH(g)', {
      limits: { ...budget, memoryMaxBytes: 1_000_000 },
    });
    assert.deepEqual(
      [tooMuch.code, tooMuch.details],
      ['limit_exceeded', { exceeded: 'memoryMaxBytes', limit: 1_000_000 }],
    );
  });

  it('uses the same room again for a subquery that runs for each row', () => {
    const text = 'FOR o IN 1..30 LET r = (FOR i IN 1..3000 SORT (i * o) % 97, i RETURN i) RETURN r[7]';
    started(text, { limits: { ...budget, spillMaxBytes: 200_000 } }, (run) => {
      while (!run.next({ maxRows: 1000 }).done);
      assert.ok(run.statistics.spilledBytes > 1_000_000, `${run.statistics.spilledBytes}`);
      assert.equal(run.memory.bytes, 0);
    });
  });

  it('joins with a collection that does not fit, without a file', () => {
    const text = 'FOR i IN 1..1000 FOR x IN items FILTER x.group == i % 700 RETURN [i, x.n]';
    const answer = (limits: TestQueryOptions['limits']) => {
      const rows: unknown[] = [];
      started(text, { limits }, (run) => {
        for (let done = false; !done; ) {
          const batch = run.next({ maxRows: ROWS });
          rows.push(...decodeRows(batch.bytes, batch.rows));
          done = batch.done;
        }
        assert.equal(run.statistics.spilledBytes, 0);
      });
      return rows;
    };
    const expected = answer(undefined);
    assert.equal(expected.length > 4000, true);
    assert.deepEqual(answer({ spillAfterBytes: 100_000, memoryMaxBytes: 400_000 }), expected);
  });

  it('fails alone without a folder to write to', async () => {
    const error = await refusal(sorting, { limits: budget, temporaryFolder: '/dev/null/nowhere' });
    assert.equal(error.code, 'internal');
    assert.deepEqual(await database.query('RETURN 1'), [1]);
  });
});
