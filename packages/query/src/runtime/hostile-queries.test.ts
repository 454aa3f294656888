import assert from 'node:assert/strict';
import { CairnError } from '@cairn/protocol/internal';
import { TestDatabase } from '../testing/test-database.ts';

const limits = { timeMaxMs: 150, memoryMaxBytes: 30_000_000, spillAfterBytes: 5_000_000, spillMaxBytes: 20_000_000 };

/** Queries that would take for ever or take everything; each may fail with these codes, and with nothing else. */
const hostile: readonly (readonly [text: string, codes: readonly string[]])[] = [
  ['FOR a IN 1..1000000000 FOR b IN 1..1000000000 FILTER a < 0 RETURN 1', ['timeout']],
  [
    'FOR a IN items FOR b IN items FOR c IN items FOR d IN items FILTER a.n + b.n + c.n + d.n < 0 RETURN 1',
    ['timeout'],
  ],
  ['FOR a IN items JOIN items ON items.n != a.n RETURN LENGTH(items)', ['timeout']],
  ['FOR a IN items FULL JOIN items ON items.n != a.n RETURN 1', ['timeout', 'limit_exceeded']],
  ['FOR a IN items RIGHT JOIN items ON items.n != a.n RETURN 1', ['timeout']],
  ['RETURN LENGTH(RANGE(1, 1000000000000))', ['limit_exceeded']],
  ['RETURN LENGTH(1..1000000000000)', ['limit_exceeded']],
  ['FOR x IN 1..1000000000000 FILTER x < 0 RETURN x', ['timeout']],
  ['FOR x IN items FILTER x.n IN 1..9000000 RETURN 1', ['timeout', 'limit_exceeded']],
  ['LET l = 1..200000 FOR x IN l FILTER -x IN l RETURN 1', ['timeout']],
  ['RETURN REPEAT("x", 1000000000)', ['limit_exceeded', 'invalid_argument']],
  ['RETURN REDUCE(1..60, (a, x) -> CONCAT(a, a), "ab")', ['limit_exceeded']],
  ['RETURN LENGTH(REDUCE(1..300000, (a, x) -> CONCAT(a, "0123456789"), ""))', ['timeout', 'limit_exceeded']],
  ['RETURN REPLACE(REPEAT("a", 1000000), "a", REPEAT("b", 1000000))', ['limit_exceeded']],
  ['RETURN LEVENSHTEIN(REPEAT("a", 100000), REPEAT("b", 100000))', ['timeout']],
  ['RETURN LENGTH(REDUCE(1..100000, (a, x) -> APPEND(a, [x]), []))', ['timeout']],
  ['RETURN LENGTH(MAP(1..1000, x -> MAP(1..1000, y -> MAP(1..1000, z -> 1))))', ['timeout', 'limit_exceeded']],
  ['RETURN REDUCE(1..3000, (a, x) -> [a], 1)', ['invalid_argument', 'limit_exceeded']],
  ['RETURN (FOR x IN 1..100000000 RETURN x)', ['timeout', 'limit_exceeded']],
  [
    'FOR x IN 1..10000000 COLLECT AGGREGATE p = PUSH({a: x, b: "0123456789"}) RETURN LENGTH(p)',
    ['timeout', 'limit_exceeded'],
  ],
  ['FOR x IN 1..100000000 COLLECT AGGREGATE u = COUNT_DISTINCT(x) RETURN u', ['timeout', 'limit_exceeded']],
  ['FOR x IN 1..100000000 COLLECT AGGREGATE m = MEDIAN(x) RETURN m', ['timeout', 'limit_exceeded']],
  ['FOR x IN 1..100000000 RETURN DISTINCT x', ['timeout', 'limit_exceeded']],
  ['FOR x IN 1..100000000 SORT CONCAT("a", x) RETURN x', ['timeout', 'limit_exceeded']],
  ['FOR x IN 1..100000000 COLLECT k = x INTO g RETURN k', ['timeout', 'limit_exceeded']],
  ['FOR x IN 1..3000000 RETURN RANK() OVER (ORDER BY x)', ['timeout', 'limit_exceeded']],
  ['FOR x IN 1..30000 RETURN MEDIAN(x) OVER (ORDER BY x)', ['timeout']],
  ['FOR i IN 1..1000 RETURN ARGON2_HASH("x")', ['timeout']],
  ["FOR p IN K_SHORTEST_PATHS 'items/k1' TO 'items/k30' ANY links RETURN p.weight", ['timeout', 'limit_exceeded']],
  [
    "FOR x IN 1..1000000 FOR v IN SHORTEST_PATH 'items/k1' TO 'items/no' ANY links OPTIONS {weightAttribute: 'w'} RETURN v",
    ['timeout'],
  ],
  ['FOR x IN 1..100000000 INSERT {x} INTO items', ['timeout', 'limit_exceeded']],
];

describe('hostile queries', function () {
  this.timeout(30_000);
  let database: TestDatabase;
  before(async () => {
    const documents = Array.from({ length: 2_000 }, (_, n) => ({ _key: `k${n}`, n }));
    const near = [1, 2, 3, 4, 5];
    const links = near.flatMap((step) =>
      documents.map(({ n }) => ({ _from: `items/k${n}`, _to: `items/k${(n + step) % documents.length}`, w: n % step })),
    );
    database = await TestDatabase.open({ items: { documents }, links: { type: 'edge', documents: links } });
  });
  after(() => database.close());

  for (const [text, codes] of hostile) {
    it(`fail alone: ${text}`, async () => {
      const transaction = database.database.begin();
      const run = database.start(text, transaction, { limits });
      assert.throws(
        () => {
          while (!run.next({ maxRows: 1_000, sliceMs: 5 }).done);
        },
        (error) => error instanceof CairnError && codes.includes(error.code),
      );
      transaction.rollback();
      assert.equal(run.spillFile.isOpen, false);
      assert.equal(run.next({ maxRows: 1 }).done, true);
      assert.deepEqual(await database.query('FOR x IN items FILTER x._key == "k7" RETURN x.n'), [7]);
    });
  }

  it('that lean on backtracking have none to lean on', async () => {
    for (const pattern of ['(a+)+$', '(a*)*b', '(a|aa)+$', '(a|a?)+c', '(.*)*c', '(x+x+)+y']) {
      const binds = { text: `${'a'.repeat(10_000)}!`, pattern };
      assert.deepEqual(await database.query('RETURN @text =~ @pattern', { binds, limits: { timeMaxMs: 2_000 } }), [
        false,
      ]);
    }
  });

  it('give way within a few rows when a row takes long', () => {
    const transaction = database.database.begin();
    const run = database.start('FOR i IN 1..60 RETURN ARGON2_HASH("x")', transaction);
    let turns = 0;
    for (; !run.next({ maxRows: 1_000, sliceMs: 5 }).done; turns++);
    transaction.rollback();
    assert.ok(turns > 5, `${turns} turns`);
  });
});
