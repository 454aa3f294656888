import assert from 'node:assert/strict';
import type { Value } from '@cairn/protocol/internal';
import { TestDatabase, type TestObject } from '../testing/test-database.ts';

interface Node {
  readonly op: string;
  readonly detail: string;
  readonly rows_estimated: number;
  readonly source?: Node | readonly Node[];
  readonly access?: {
    collection: string;
    variable: string;
    index: string | null;
    bounds: string;
    filtered: string | null;
    order: string;
    columns?: string[];
  };
  readonly rows?: number;
  readonly ms?: number;
}

interface Explained {
  readonly query: string;
  readonly plan: Node;
  readonly collections: TestObject[];
  readonly let_bindings: TestObject[];
  readonly filters: TestObject[];
  readonly sort: TestObject | null;
  readonly limit: TestObject | null;
  readonly timing: { total_us: number };
  readonly documents_scanned: number;
  readonly documents_returned: number;
}

describe('explain', () => {
  let database: TestDatabase;
  before(async () => {
    const documents = Array.from({ length: 40 }, (_, n) => ({
      _key: `t${n}`,
      dept: n % 2 ? 'lab' : 'ops',
      years: n % 9,
      level: n % 4,
      site: 'x',
    }));
    const indexes = [
      { name: 'by_dept', fields: ['dept'] },
      { name: 'by_level_site', fields: ['level', 'site'] },
    ];
    const edges = [{ _key: 'e', _from: 'staff/t1', _to: 'staff/t2' }];
    database = await TestDatabase.open({ staff: { documents, indexes }, knows: { type: 'edge', documents: edges } });
  });
  after(() => database.close());

  const explain = async (query: string, binds: Record<string, Value> = {}) =>
    (await database.query(`EXPLAIN ${query}`, { binds }))[0] as unknown as Explained;
  const nodes = (plan: Node | undefined): Node[] =>
    plan === undefined ? [] : [plan, ...[plan.source].flat().flatMap((source) => nodes(source))];
  const operators = ({ plan }: Explained) => nodes(plan).map((node) => node.op);

  it('names the scan of a filter without an index', async () => {
    const explained = await explain('FOR t IN staff FILTER t.years > 3 RETURN t._key');
    assert.deepEqual(operators(explained), ['return', 'filter', 'scan']);
    assert.equal(explained.filters.length, 1);
    assert.deepEqual(explained.collections, [
      {
        name: 'staff',
        variable: 't',
        access_type: 'full_scan',
        index_used: null,
        index_type: null,
        documents_count: 40,
      },
    ]);
    assert.equal(explained.timing.total_us, 0);
  });

  it('names the fields that a scan may take from columns', async () => {
    const columns = async (query: string) => nodes((await explain(query)).plan).at(-1)!.access!.columns;
    assert.deepEqual(await columns('FOR t IN staff FILTER t.years > 3 RETURN t.a.b'), ['years', 'a.b']);
    assert.equal(await columns('FOR t IN staff RETURN t'), undefined);
  });

  it('names the index, its bounds and what it leaves to the filter', async () => {
    const explained = await explain(
      "FOR t IN staff FILTER t.dept == 'lab' AND t.years > 5 SORT t._key LIMIT 1, 2 RETURN t._key",
    );
    const access = nodes(explained.plan).find((node) => node.op === 'index')?.access;
    assert.equal(access?.index, 'by_dept');
    assert.equal(access?.order, 'key');
    assert.match(access?.bounds ?? '', /dept == /);
    assert.match(access?.filtered ?? '', /years > 5/);
    assert.ok(!operators(explained).includes('sort'));
    assert.deepEqual(explained.limit, { offset: 1, count: 2 });
    assert.equal(explained.collections[0].access_type, 'index_lookup');
  });

  it('uses an index by its first field', async () => {
    const explained = await explain('FOR t IN staff FILTER t.level == 2 RETURN t');
    assert.equal(explained.collections[0].index_used, 'by_level_site');
  });

  it('lists leading bindings, sorts, ranges, groups, joins and traversals', async () => {
    assert.deepEqual(
      (await explain('LET a = 1, b = (FOR i IN 1..3 RETURN i) RETURN [a, b]')).let_bindings.map((b) => [
        b.variable,
        b.is_subquery,
      ]),
      [
        ['a', false],
        ['b', true],
      ],
    );
    const sorted = await explain('FOR t IN staff SORT t.years DESC, t._key LIMIT 5 RETURN t');
    assert.equal(sorted.sort?.field, 't.years');
    assert.equal(sorted.sort?.direction, 'DESC');
    const range = await explain('FOR i IN 1..10 FILTER i % 2 == 0 RETURN i');
    assert.ok(operators(range).includes('range'));
    assert.equal(range.collections[0].name, '');
    assert.ok(operators(await explain('FOR t IN staff COLLECT d = t.dept RETURN d')).includes('collect'));
    assert.ok(operators(await explain('FOR t IN staff JOIN knows ON knows._from == t._id RETURN 1')).includes('join'));
    assert.ok(operators(await explain("FOR v IN OUTBOUND 'staff/t1' knows RETURN v")).includes('traverse'));
    assert.deepEqual((await explain('RETURN 1')).collections, []);
  });

  it('shows the fields that a covering index hands on as they were written', async () => {
    const explained = await explain("FOR t IN staff FILTER t.level == 2 AND t.site == 'x' RETURN [t._key, t.level]");
    const all = nodes(explained.plan);
    assert.match(all.find(({ op }) => op === 'index')!.detail, /without reading documents/);
    assert.equal(all[0].detail, '[t._key, t.level]');
    assert.equal(all[1].detail, "t.level == 2 AND t.site == 'x'");
    assert.equal(all[2].rows_estimated, 10);
    assert.equal(all[1].rows_estimated, 10);
  });

  it('shows both sides of a join', async () => {
    const explained = await explain('FOR t IN staff JOIN knows ON knows._from == t._id RETURN 1');
    const join = nodes(explained.plan).find(({ op }) => op === 'join')!;
    assert.deepEqual(
      (join.source as readonly Node[]).map(({ op, access }) => [op, access?.collection]),
      [
        ['scan', 'staff'],
        ['scan', 'knows'],
      ],
    );
  });

  it('runs nothing', async () => {
    assert.ok(operators(await explain("REMOVE 't1' IN staff")).includes('remove'));
    assert.deepEqual(await database.query("RETURN DOCUMENT('staff', 't1')._key"), ['t1']);
    await explain('FOR x IN [] RETURN 1/0');
  });

  it('refuses what the query would be refused for', async () => {
    assert.equal(await database.failure('EXPLAIN FOR x IN nosuch RETURN x'), 'not_found');
    assert.equal(await database.failure('EXPLAIN RETURN'), 'parse_error');
    assert.equal(await database.failure('EXPLAIN RETURN @missing'), 'invalid_argument');
    assert.equal(await database.failure('EXPLAIN RETURN NOSUCH(1)'), 'invalid_argument');
  });

  it('says the same twice, and no bind value', async () => {
    const query = 'FOR t IN staff FILTER t.dept == @secret RETURN t';
    const first = await explain(query, { secret: 'hush' });
    assert.deepEqual((await explain(query, { secret: 'other' })).plan, first.plan);
    assert.ok(!JSON.stringify(first).includes('hush'));
  });

  it('adds rows and times when the query is analysed', async () => {
    const query = "EXPLAIN ANALYZE FOR t IN staff FILTER t.dept == 'lab' SORT t.years LIMIT 5 RETURN t._key";
    const explained = (await database.query(query))[0] as unknown as Explained;
    const all = nodes(explained.plan);
    assert.deepEqual(
      all.map((node) => [node.op, node.rows]),
      [
        ['return', 5],
        ['top', 5],
        ['filter', 20],
        ['index', 20],
      ],
    );
    const sum = all.reduce((total, node) => total + node.ms!, 0);
    assert.ok(sum <= explained.timing.total_us / 1000);
    assert.equal(explained.documents_scanned, 20);
    assert.equal(explained.documents_returned, 5);
  });
});
