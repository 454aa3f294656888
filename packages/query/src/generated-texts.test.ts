import assert from 'node:assert/strict';
import { CairnError, type Value } from '@cairn/protocol/internal';
import { RandomText, seededChance } from './testing/random-text.ts';
import { TestDatabase } from './testing/test-database.ts';

const TEXTS = Number(process.env.CAIRN_FUZZ_TEXTS ?? 3_000);
const SEED = Number(process.env.CAIRN_SEED ?? Date.now() % 0x7fffffff);
const limits = { timeMaxMs: 100, memoryMaxBytes: 30_000_000, spillAfterBytes: 1_000_000, spillMaxBytes: 10_000_000 };
const binds: { [name: string]: Value } = { n: 2, text: 'some text', list: [3, 'a', null, 1], '@c': 'docs' };

describe(`${TEXTS} generated texts`, function () {
  this.timeout(3_600_000);
  let database: TestDatabase;
  before(async () => {
    const documents = Array.from({ length: 30 }, (_, n) => ({ _key: `k${n}`, n, name: `name ${n}`, tags: ['a', n] }));
    const edges = documents.map(({ n }) => ({ _key: `e${n}`, _from: `docs/k${n}`, _to: `docs/k${(n * 7) % 30}` }));
    database = await TestDatabase.open({
      docs: { documents, indexes: [{ name: 'by_n', fields: ['n'] }] },
      edges: { type: 'edge', documents: edges },
    });
  });
  after(() => database.close());

  /** The code of the answer; a fault of ours fails the test. */
  function outcome(text: string): string {
    const transaction = database.database.begin();
    let run: ReturnType<TestDatabase['start']> | undefined;
    try {
      run = database.start(text, transaction, { binds, limits });
      while (!run.next({ maxRows: 1_000 }).done);
      return 'ok';
    } catch (error) {
      assert.ok(error instanceof CairnError, `${error instanceof Error ? error.stack : error}`);
      assert.notEqual(error.code, 'internal', error.stack);
      if (run === undefined && error.code !== 'limit_exceeded') requirePlace(error, text);
      return run === undefined ? error.code : `run: ${error.code}`;
    } finally {
      run?.close();
      transaction.rollback();
    }
  }

  function requirePlace(error: CairnError, text: string): void {
    if (/^Bind variable/.test(error.message)) return;
    const { line, column, offset } = error.details as { line?: number; column?: number; offset?: number };
    assert.ok(Number(line) >= 1 && Number(column) >= 1, `no place: ${error.message}`);
    assert.ok(Number(offset) >= 0 && Number(offset) <= text.length, `no such place: ${error.message}`);
  }

  it(`give answers or named errors, those of planning with their place (seed ${SEED})`, () => {
    const codes = new Map<string, number>();
    let longestMs = 0;
    for (let number = 0; number < TEXTS; number++) {
      const text = new RandomText(seededChance(SEED + number)).text();
      const startMs = performance.now();
      try {
        const code = outcome(text);
        codes.set(code, (codes.get(code) ?? 0) + 1);
      } catch (error) {
        throw new Error(`seed ${SEED + number}: ${text.slice(0, 2_000)}`, { cause: error });
      }
      longestMs = Math.max(longestMs, performance.now() - startMs);
    }
    console.log(`        ${JSON.stringify(Object.fromEntries(codes))}, longest ${longestMs.toFixed(0)} ms`);
    assert.ok((codes.get('ok') ?? 0) > TEXTS / 50, 'hardly an answer');
    assert.ok((codes.get('parse_error') ?? 0) > TEXTS / 20, 'hardly a syntax error');
  });
});
