import assert from 'node:assert/strict';
import { printExpression } from '../../ast/print.ts';
import type { Operator, OperatorKind } from '../../plan/operator.ts';
import { chain } from '../../plan/operator-facts.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { rewrites } from '../optimizer.ts';

/** For each rewrite: a query that it changes, what stands in the plan with it, and what without it. */
const examples: readonly {
  readonly rewrite: string;
  readonly query: string;
  readonly with: readonly OperatorKind[];
  readonly without: readonly OperatorKind[];
}[] = [
  {
    rewrite: 'filter-push-down',
    query: 'FOR x IN items FOR y IN [1, 2] FILTER x.n > 3 AND y == 1 RETURN y',
    with: ['return', 'filter', 'values', 'filter', 'scan', 'start'],
    without: ['return', 'filter', 'values', 'scan', 'start'],
  },
  {
    rewrite: 'constant-folding',
    query: 'FOR x IN items FILTER 1 + 1 == 2 RETURN x.n',
    with: ['return', 'scan', 'start'],
    without: ['return', 'filter', 'scan', 'start'],
  },
  {
    rewrite: 'key-lookup',
    query: "FOR x IN items FILTER x._key == 'a' RETURN x",
    with: ['return', 'filter', 'keys', 'start'],
    without: ['return', 'filter', 'scan', 'start'],
  },
  {
    rewrite: 'index-selection',
    query: 'FOR x IN items FILTER x.group == 1 AND x.n > 2 RETURN x',
    with: ['return', 'filter', 'index', 'start'],
    without: ['return', 'filter', 'scan', 'start'],
  },
  {
    rewrite: 'sort-elimination',
    query: 'FOR x IN items FILTER x.n > 2 SORT x._key, x.n RETURN x',
    with: ['return', 'filter', 'scan', 'start'],
    without: ['return', 'sort', 'filter', 'scan', 'start'],
  },
  {
    rewrite: 'hash-join',
    query: 'FOR x IN items FOR y IN items FILTER y.n == x.n RETURN 1',
    with: ['return', 'filter', 'hash', 'scan', 'start'],
    without: ['return', 'filter', 'scan', 'scan', 'start'],
  },
  {
    rewrite: 'index-order',
    query: 'FOR x IN items SORT x.group DESC LIMIT 2 RETURN x',
    with: ['return', 'limit', 'index', 'start'],
    without: ['return', 'top', 'scan', 'start'],
  },
  {
    rewrite: 'index-union',
    query: 'FOR x IN items FILTER x.group == 1 OR x.m == 2 RETURN x',
    with: ['return', 'filter', 'union', 'start'],
    without: ['return', 'filter', 'scan', 'start'],
  },
  {
    rewrite: 'top-rows',
    query: 'FOR x IN items SORT x.n LIMIT 2 RETURN x',
    with: ['return', 'top', 'scan', 'start'],
    without: ['return', 'limit', 'sort', 'scan', 'start'],
  },
];

describe('rewrites', () => {
  let database: TestDatabase;
  before(async () => {
    const documents = Array.from({ length: 20 }, (_, n) => ({ _key: `k${n}`, n, group: n % 3 }));
    const indexes = [
      { name: 'by_group', fields: ['group'] },
      { name: 'by_m_l', fields: ['m', 'l'] },
    ];
    const many = Array.from({ length: 600 }, (_, n) => ({ _key: `m${n}`, n, few: n % 5 }));
    database = await TestDatabase.open({
      items: { documents, indexes },
      many: {
        documents: many,
        indexes: [
          { name: 'by_few', fields: ['few'] },
          { name: 'by_n', fields: ['n'] },
        ],
      },
    });
  });
  after(() => database.close());

  function plan(query: string, disabled: readonly string[] = []): { root: Operator; applied: readonly string[] } {
    const view = database.database.snapshot();
    const prepared = database.engine.prepare(query, {
      database: 'test',
      view,
      binds: new Map(),
      rewrites: { disabled },
    });
    view.release();
    return { root: prepared.plan.root, applied: prepared.plan.rewrites };
  }
  const kinds = (root: Operator) => chain(root).map((operator) => operator.kind);
  /** The first operator of a kind. */
  const find = <Kind extends OperatorKind>(root: Operator, kind: Kind) =>
    chain(root).find((operator) => operator.kind === kind) as Extract<Operator, { kind: Kind }>;

  for (const { rewrite, query, with: expected, without } of examples) {
    it(`${rewrite} changes the plan and can be switched off`, () => {
      const on = plan(query);
      assert.deepEqual(kinds(on.root), expected);
      assert.ok(on.applied.includes(rewrite));
      const off = plan(query, [rewrite]);
      assert.deepEqual(kinds(off.root), without);
      assert.ok(!off.applied.includes(rewrite));
    });
  }

  it('key-range bounds the scan', () => {
    const query = "FOR x IN items FILTER x._key >= 'k1' AND 'k3' > x._key RETURN x";
    const { lower, upper } = find(plan(query).root, 'scan');
    assert.equal(lower?.inclusive, true);
    assert.equal(upper?.inclusive, false);
    assert.equal(find(plan(query, ['key-range']).root, 'scan').lower, undefined);
  });

  it('join-lookup finds the equality of a JOIN', () => {
    const query = 'FOR x IN items JOIN items ON items.n == 3 RETURN 1';
    assert.ok(find(plan(query).root, 'join').lookup !== undefined);
    assert.equal(find(plan(query, ['join-lookup']).root, 'join').lookup, undefined);
  });

  it('hot-columns names the fields that a loop reads, unless it needs the whole document first', () => {
    const columns = (query: string, disabled: readonly string[] = []) =>
      find(plan(query, disabled).root, 'scan').columns?.map((path) => path.join('.'));
    const query = "FOR x IN items FILTER x.n > 3 AND x.a['b'].c == x._key RETURN x";
    assert.deepEqual(columns(query), ['n', 'a.b.c', '_key']);
    assert.equal(columns(query, ['hot-columns']), undefined);
    assert.deepEqual(columns('FOR x IN items COLLECT g = x.group AGGREGATE s = SUM(x.n) RETURN [g, s]'), [
      'group',
      'n',
    ]);
    assert.deepEqual(columns('FOR x IN items SORT x.n LIMIT 3 RETURN x'), ['n']);
    assert.equal(columns('FOR x IN items SORT x.n RETURN x'), undefined);
    assert.equal(columns('FOR x IN items RETURN [x, x.n]'), undefined);
    assert.equal(columns('FOR x IN items RETURN x.n + x._rev'), undefined);
    assert.equal(columns('FOR x IN items COLLECT g = x.n INTO xs RETURN xs'), undefined);
    assert.equal(columns('FOR x IN items RETURN [x.n, (FOR y IN items RETURN x.n)]'), undefined);
    assert.equal(columns('FOR x IN items RETURN [1, 2][* RETURN CURRENT + x.n]'), undefined);
    assert.deepEqual(columns('FOR x IN items FILTER x.n > 1 UPDATE x WITH {m: x.n} IN items'), ['n']);
  });

  it('sort-elimination scans backward for DESC', () => {
    assert.equal(find(plan('FOR x IN items SORT x._key DESC RETURN x').root, 'scan').direction, 'backward');
  });

  it('nothing takes the place of a scan that runs backward for a sort', () => {
    const joined = 'FOR x IN items LET r = (FOR y IN items FILTER y.n == x.n SORT y._key DESC RETURN y) RETURN r';
    const view = database.database.snapshot();
    const { plan: planned } = database.engine.prepare(joined, { database: 'test', view, binds: new Map() });
    view.release();
    assert.deepEqual(
      [...planned.subqueries.values()].map((subquery) => find(subquery.root, 'scan').direction),
      ['backward'],
    );
    assert.ok(kinds(plan('FOR x IN items SORT x._key DESC SORT x.group LIMIT 3 RETURN x').root).includes('top'));
  });

  it('sort-elimination leaves sorts over two loops alone', () => {
    assert.ok(kinds(plan('FOR x IN items FOR y IN [2, 1] SORT x._key RETURN y').root).includes('sort'));
  });

  it('covering-index reads no documents where the entries say all', () => {
    const covers = (query: string, disabled?: string[]) => find(plan(query, disabled).root, 'index').covers?.length;
    const query = 'FOR x IN items FILTER x.m == 1 AND x.l > 3 RETURN [x._key, x.l]';
    assert.equal(covers(query), 3);
    assert.equal(covers(query, ['covering-index', 'index-groups', 'join-order']), undefined);
    assert.equal(covers('FOR x IN items FILTER x.m == 1 RETURN x.n'), undefined);
    assert.equal(covers('FOR x IN items FILTER x.m == 1 RETURN (FOR y IN [1] RETURN x.m)'), undefined);
    assert.equal(covers('FOR x IN items FILTER x.m == 1 RETURN [x.l, MAP([1], x -> x.m)]'), undefined);
    assert.equal(covers('FOR x IN items FILTER x.m > 1 COLLECT AGGREGATE n = MAX(x.l) RETURN n'), 2);
  });

  it('constant-folding shows indexes values, and leaves what fails', () => {
    const filter = (query: string) => {
      const found = chain(plan(query).root).find((operator) => operator.kind === 'filter');
      return found?.kind === 'filter' ? printExpression(found.condition) : undefined;
    };
    assert.equal(filter('FOR x IN items FILTER x.n == 2 * 3 RETURN x'), 'x.n == 6');
    assert.equal(filter("FOR x IN items FILTER x.n == 1 + 'a' * 2 AND true RETURN x"), "x.n == 1 + 'a' * 2");
    assert.equal(filter('FOR x IN items FILTER 1 > 2 RETURN x'), 'FALSE');
    assert.equal(filter('FOR x IN items FILTER x.n == 1 OR 1 == 1 RETURN x'), 'x.n == 1 OR TRUE');
  });

  it('join-index reads the candidates of a JOIN through an index or by key', () => {
    const through = (query: string, disabled?: string[]) => find(plan(query, disabled).root, 'join').through;
    const query = 'FOR x IN items JOIN many ON many.few == x.n AND many.n > 3 RETURN 1';
    assert.equal(through(query)?.kind, 'index');
    assert.equal(through(query, ['join-index']), undefined);
    assert.equal(through('FOR x IN items JOIN many ON many._key == x.name RETURN 1')?.kind, 'key');
    assert.equal(through('FOR x IN items JOIN many ON many.m == x.n RETURN 1'), undefined);
  });

  it('merge-join walks two collections side by side', () => {
    const merges = (query: string) => find(plan(query).root, 'keys').merge === true;
    assert.ok(merges('FOR x IN many FOR y IN items FILTER y._key == x._key RETURN 1'));
    assert.ok(!merges('FOR x IN many FOR y IN items FILTER y._key == x.name RETURN 1'));
    assert.ok(!merges("FOR x IN many FILTER x._key == 'm1' FOR y IN items FILTER y._key == x._key RETURN 1"));
    assert.ok(!merges('FOR i IN 1..2 FOR x IN many FOR y IN items FILTER y._key == x._key RETURN 1'));
  });

  it('index-groups goes from value to value', () => {
    const distinct = (query: string, disabled?: string[]) =>
      chain(plan(query, disabled).root).some((operator) => operator.kind === 'index' && operator.distinct === true);
    const query = 'FOR x IN many COLLECT k = x.few RETURN k';
    assert.ok(distinct(query));
    assert.ok(!distinct(query, ['index-groups']));
    assert.ok(distinct('FOR x IN many FILTER x.few > 2 COLLECT k = x.few RETURN k'));
    assert.ok(!distinct('FOR x IN many FILTER x.n > 2 COLLECT k = x.few RETURN k'));
    assert.ok(!distinct('FOR x IN many COLLECT k = x.few WITH COUNT INTO n RETURN k'));
    assert.ok(!distinct('FOR x IN many COLLECT k = x.n RETURN k'));
    assert.ok(!distinct('FOR x IN many RETURN DISTINCT x.few'));
  });

  it('join-order begins with the loop that leaves little to look up', () => {
    const first = (query: string, disabled?: string[]) => {
      const loops = chain(plan(query, disabled).root).filter((operator) => 'collection' in operator);
      return (loops.at(-1) as { variable: string }).variable;
    };
    const query =
      'FOR x IN many FOR y IN items FILTER x.n == y.n AND y.m == null AND y.group == 1 COLLECT WITH COUNT INTO n RETURN n';
    assert.equal(first(query), 'y');
    assert.equal(first(query, ['join-order']), 'x');
    assert.equal(first(query.replace('COLLECT WITH COUNT INTO n', 'COLLECT AGGREGATE n = SUM(x.n)')), 'x');
    assert.equal(
      first('FOR x IN many FOR y IN items FILTER x.n == y.n AND y.m == null AND y.group == 1 RETURN [x, y]'),
      'x',
    );
  });

  it('index-order reads behind equalities and from a bound on', () => {
    const order = (query: string) => find(plan(query).root, 'index')?.order;
    assert.equal(order('FOR x IN items FILTER x.m == 1 SORT x.l DESC LIMIT 3 RETURN x'), 'desc');
    assert.equal(order('FOR x IN items FILTER x.group > 1 SORT x.group LIMIT 3 RETURN x'), 'asc');
    assert.equal(order('FOR x IN items SORT x.m, x.l LIMIT 3 RETURN x'), 'asc');
    assert.equal(order('FOR x IN items FILTER x.m == 1 SORT x.n LIMIT 3 RETURN x'), 'key');
    assert.equal(order('FOR x IN items FILTER x.m IN [1, 2] SORT x.l LIMIT 3 RETURN x'), 'key');
  });

  it('index-selection reads texts with a beginning that only the run knows', async () => {
    const texts = ['ab', 'abc', 'b', 'ABC', '', '%', 'ab%c'].map((text, n) => ({ _key: `t${n}`, text }));
    const indexes = [{ name: 'by_text', fields: ['text'] }];
    const other = await TestDatabase.open({ words: { documents: [...texts, { _key: 'z' }], indexes } });
    try {
      for (const [where, p, expected] of [
        ['STARTS_WITH(w.text, @p)', 'ab', ['ab', 'abc', 'ab%c']],
        ['w.text LIKE @p', 'ab%', ['ab', 'abc', 'ab%c']],
        ['w.text LIKE @p', '%c', ['abc', 'ab%c']],
        ['w.text LIKE @p', null, ['', null]],
        ['STARTS_WITH(w.text, @p)', '', texts.map(({ text }) => text)],
        ['STARTS_WITH(w.text, @p)', 5, []],
      ] as const) {
        const query = `FOR w IN words FILTER ${where} RETURN w.text`;
        assert.deepEqual(await other.query(query, { binds: { p } }), expected, `${where} ${p}`);
        const [explained] = await other.query(`EXPLAIN ${query}`, { binds: { p } });
        assert.match(JSON.stringify(explained), /"op":"index"/);
      }
    } finally {
      await other.close();
    }
  });

  it('index-selection takes OR over one field as IN, unless a value may fail', () => {
    const within = (query: string) => find(plan(query).root, 'index')?.within;
    assert.ok(within('FOR x IN items FILTER x.group == 1 OR x.group IN [2] RETURN x') !== undefined);
    assert.equal(within('FOR x IN items FILTER x.group == 1 OR x.n == 2 RETURN x'), undefined);
    assert.equal(within("FOR x IN items FILTER x.group == 1 OR x.group == 1 + 'a' RETURN x"), undefined);
  });

  it('index-order does not walk an index that a subquery writes to on the way', () => {
    const query =
      'FOR x IN items SORT x.group DESC LIMIT 9 LET w = (FOR y IN [x] UPDATE y WITH {group: y.group - 5} IN items RETURN 1)';
    assert.ok(kinds(plan(`${query} RETURN w`).root).includes('top'));
    assert.ok(kinds(plan('FOR x IN items SORT x.group DESC LIMIT 9 REMOVE x IN items').root).includes('index'));
  });

  it('no index of today is used for a collection of the past', () => {
    const operators = (query: string) => chain(plan(query).root).map(({ kind }) => kind);
    for (const clauses of ['FILTER x.group == 1', 'FILTER x.group == 1 OR x.m == 2', 'SORT x.group LIMIT 2']) {
      assert.ok(operators(`FOR x IN items AS OF 1 ${clauses} RETURN x`).includes('scan'), clauses);
      assert.ok(!operators(`FOR x IN items ${clauses} RETURN x`).includes('scan'), clauses);
    }
  });

  it('index-selection never takes a value that the document itself decides', () => {
    assert.ok(kinds(plan('FOR x IN items FILTER x.group == x.n RETURN x').root).includes('scan'));
  });

  it('filter-push-down passes sorts and groups', () => {
    const order = (query: string) => kinds(plan(query, ['index-selection', 'hot-columns']).root).join(' ');
    assert.equal(order('FOR x IN items SORT x.n FILTER x.group == 1 RETURN x'), 'return sort filter scan start');
    assert.equal(order('FOR x IN items SORT x.n LIMIT 3 FILTER x.group == 1 RETURN x'), 'return filter top scan start');
    const groups = 'FOR x IN items COLLECT g = x.group, n = x.n AGGREGATE c = COUNT()';
    assert.equal(order(`${groups} FILTER g == 1 AND c > 2 RETURN g`), 'return filter collect filter scan start');
    assert.equal(
      order(`${groups.replace('COUNT()', 'SUM(x.n)')} FILTER g == 1 RETURN g`),
      'return filter collect scan start',
    );
    assert.equal(
      order('FOR x IN items COLLECT AGGREGATE c = COUNT() FILTER c > 1 RETURN c'),
      'return filter collect scan start',
    );
  });

  it('filter-push-down leaves conditions that may fail where they are', () => {
    const query = 'FOR x IN items FOR y IN [1] FILTER x.n * 2 > 3 RETURN y';
    assert.deepEqual(kinds(plan(query).root), ['return', 'filter', 'values', 'scan', 'start']);
  });

  it('every rewrite has an example here or a test of its own', () => {
    const named = [
      ...examples.map((example) => example.rewrite),
      'key-range',
      'join-lookup',
      'hot-columns',
      'covering-index',
      'index-groups',
      'merge-join',
      'join-index',
      'join-order',
    ];
    assert.deepEqual(
      rewrites.map((rewrite) => rewrite.name).filter((name) => !named.includes(name)),
      [],
    );
  });
});
