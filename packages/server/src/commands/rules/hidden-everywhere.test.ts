import assert from 'node:assert/strict';
import { isObject, type Value, type ValueObject } from '@cairn/protocol/internal';
import { rewrites } from '@cairn/query/internal';
import fc from 'fast-check';
import { key, RULED, ShownCopy } from './shown-copy.fixture.ts';

/** Every way by which a plan comes to documents. */
const QUERIES = [
  'FOR p IN people RETURN p',
  'FOR p IN people SORT p.n DESC, p._key RETURN [p._key, p.secret, p.inner]',
  'FOR p IN people FILTER p.secret > 0 RETURN p._key',
  'FOR p IN people FILTER p.secret == 31 RETURN p',
  'FOR p IN people SORT p.secret LIMIT 5 RETURN p._key',
  'FOR p IN people FILTER p.inner.closed == 3 RETURN p.inner',
  'FOR p IN people FILTER p.secret == 93 RETURN p.secret',
  'FOR p IN people FILTER p.secret >= 0 AND p.secret < 400 RETURN p.secret',
  'FOR p IN people SORT p.secret LIMIT 5 RETURN p.secret',
  'FOR p IN people RETURN DISTINCT p.inner.closed',
  'FOR p IN people COLLECT closed = p.inner.closed WITH COUNT INTO c SORT closed RETURN [closed, c]',
  'FOR p IN people SORT p._key COLLECT AGGREGATE s = SUM(p.secret), c = COUNT(p.secret), n = SUM(p.n) RETURN [s, c, n]',
  'FOR p IN people FILTER p.n == 419 RETURN p',
  'FOR p IN people FILTER p.n > 100 AND p.n < 200 RETURN [p._key, p.n]',
  'FOR p IN people FILTER p.n IN [1, 2, 3, 419, 838] RETURN p._key',
  'FOR p IN people FILTER p.n == 7 OR p.team == 3 RETURN p._key',
  'FOR p IN people FILTER p.owner == "bob" RETURN p',
  'FOR p IN people FILTER p.owner == "bob" AND p.n > 10 RETURN p.n',
  'FOR p IN people FILTER p.owner == "bob" SORT p.n RETURN p.n',
  'FOR p IN people FILTER p._key == "k00001" RETURN p',
  'FOR p IN people FILTER p._key IN ["k00000", "k00001", "k0003", "k00031"] RETURN p._key',
  'FOR p IN people FILTER p._key >= "k00010" AND p._key < "k00100" RETURN p._key',
  'FOR p IN people FILTER p._id == "people/k00001" RETURN p',
  'FOR p IN people FILTER "t3" IN p.tags RETURN p._key',
  'FOR p IN people SORT p._key DESC LIMIT 20 RETURN p._key',
  'FOR p IN people SORT p.n LIMIT 3, 10 RETURN [p.n, p._key]',
  'FOR p IN people SORT p.n DESC LIMIT 10 RETURN p.n',
  'FOR p IN people RETURN p.n',
  'FOR p IN people FILTER p.n > 500 RETURN DISTINCT p.n',
  'FOR p IN people COLLECT owner = p.owner WITH COUNT INTO c SORT owner RETURN [owner, c]',
  'FOR p IN people COLLECT team = p.team AGGREGATE m = MAX(p.n), s = MAX(p.secret) SORT team RETURN [team, m, s]',
  'FOR p IN people COLLECT team = p.team INTO g SORT team RETURN [team, LENGTH(g)]',
  'FOR p IN people COLLECT WITH COUNT INTO c RETURN c',
  'RETURN LENGTH(FOR p IN people RETURN 1)',
  'RETURN COLLECTION_COUNT("people")',
  'RETURN DOCUMENT("people/k00001")',
  'RETURN DOCUMENT("people", ["k00000", "k00001", "k00002"])',
  'FOR i IN 0..40 LET d = DOCUMENT(CONCAT("people/k000", i < 10 ? CONCAT("0", i) : i)) RETURN [i, d.owner, d.secret]',
  'FOR q IN plain FOR p IN people FILTER p._key == q._key RETURN [q._key, p.owner, p.secret]',
  'FOR q IN plain FOR p IN people FILTER p.team == q.team RETURN [q._key, p._key]',
  'FOR q IN plain FOR p IN people FILTER p.n == q.n RETURN [q._key, p._key]',
  'FOR p IN people FOR q IN plain FILTER p._key == q._key RETURN [q._key, p.secret]',
  'FOR q IN plain JOIN people ON people.team == q.team SORT q._key RETURN [q._key, LENGTH(people)]',
  'FOR q IN plain LEFT JOIN people ON people._key == q._key RETURN [q._key, people]',
  'FOR q IN plain LET found = (FOR p IN people FILTER p.team == q.team SORT p.n LIMIT 2 RETURN p.secret) RETURN found',
  'FOR q IN plain FILTER q._key IN (FOR p IN people FILTER p.owner == "bob" RETURN p._key) RETURN q',
  'FOR p IN people FILTER p.n < 300 RETURN { key: p._key, rank: RANK() OVER (ORDER BY p.n) }',
  'FOR v, e IN 1..2 OUTBOUND "people/k00000" links RETURN [v._key, v.secret, e._key]',
  'FOR v, e IN 1..3 ANY "people/k00006" links RETURN [v._key, e.cost]',
  'FOR v, e IN 1..2 INBOUND "people/k00040" links RETURN [v, e.open]',
  'FOR v IN SHORTEST_PATH "people/k00000" TO "people/k00014" OUTBOUND links RETURN v._key',
  'FOR e IN links RETURN e._key',
  'FOR e IN links FILTER e._from == "people/k00001" RETURN e',
  'FOR e IN links COLLECT AGGREGATE s = SUM(e.cost) RETURN s',
  'RETURN FULLTEXT("people", "words", "word3")',
  'FOR p IN people FILTER p.words LIKE "word3%" RETURN p._key',
  'FOR p IN people FILTER p.rows[*].price ANY > 0 RETURN p._key',
  'FOR p IN people LIMIT 3 RETURN p.rows',
  'FOR p IN people RETURN KEYS(p)',
  'FOR p IN people FILTER p.n > 900 RETURN MERGE(p, { extra: p.secret })',
];

const SQL = [
  'SELECT * FROM people ORDER BY _key LIMIT 20',
  'SELECT COUNT(*) AS c FROM people',
  'SELECT COUNT(secret) AS c, MAX(secret) AS m FROM people',
  "SELECT _key, secret FROM people WHERE owner = 'bob'",
  'SELECT team, COUNT(*) AS c FROM people GROUP BY team ORDER BY team',
  'SELECT q._key AS k, p.secret AS s FROM plain q LEFT JOIN people p ON p._key = q._key ORDER BY k',
  'SELECT _key FROM plain WHERE _key NOT IN (SELECT _key FROM people) ORDER BY _key',
  'SELECT MAX(n) AS m FROM people WHERE n < 500',
];

const WAYS: readonly { readonly name: string; readonly flags: Record<string, unknown> }[] = [
  { name: 'on the main thread', flags: { readThreads: 0 } },
  { name: 'on the main thread, over columns as soon as possible', flags: { readThreads: 0, eagerColumns: true } },
  { name: 'in worker threads', flags: { longReadRows: 0 } },
  { name: 'in worker threads, over columns as soon as possible', flags: { longReadRows: 0, eagerColumns: true } },
];

for (const { name, flags } of WAYS) {
  describe(`what rules hide is not there, ${name}`, function () {
    this.timeout(120_000);
    let copy: ShownCopy;
    before(async () => {
      copy = await ShownCopy.open(flags);
    });
    after(() => copy?.test.close());

    it('for queries, again when their plan is remembered', async () => {
      for (const sdbql of QUERIES) {
        // An administrator's plan and columns of the same text must be of no use to anybody else.
        await copy.test.send(copy.admin, 'query', { database: RULED, sdbql });
        for (let time = 0; time < 3; time++) await copy.requireSame('query', { sdbql });
      }
    });

    it('for keys without roles, whose plans are remembered beside those of administrators', async () => {
      const made = await copy.test.data(copy.admin, 'create_api_key', { name, permissions: ['read'] });
      const key = copy.test.session(`api-key:${(made as { id: string }).id}`);
      for (const sdbql of QUERIES) {
        await copy.test.send(copy.admin, 'query', { database: RULED, sdbql });
        for (let time = 0; time < 2; time++) await copy.requireSame('query', { sdbql }, undefined, key);
      }
    });

    it('for each query without each rewrite', async function () {
      if (flags.eagerColumns === true) this.skip(); // plans are the same there
      for (const { name: rewrite } of rewrites) {
        for (const sdbql of QUERIES) await copy.requireSame('query', { sdbql, disabled_rewrites: [rewrite] });
      }
    });

    it('and the queries are such that answer something', async () => {
      const failing: string[] = [];
      for (const sdbql of QUERIES) {
        const { status, error } = await copy.test.send(copy.ann, 'query', { database: RULED, sdbql });
        if (status !== 'ok') failing.push(`${sdbql}: ${JSON.stringify(error)}`);
      }
      assert.deepEqual(failing, []);
    });

    it('for SQL', async () => {
      for (const query of SQL) await copy.requireSame('sql', { query });
    });

    it('for commands on documents', async () => {
      for (const number of [0, 1, 2, 3, 30, 31, 1499, 9999]) {
        await copy.requireSame('get', { collection: 'people', key: key(number) });
      }
      await copy.requireSame('list', { collection: 'people', limit: 50, offset: 20 });
      await copy.requireSame('list', { collection: 'links', limit: 1000 });
      await copy.requireSame('export_collection', { collection: 'people' });
      await copy.requireSame('collection_stats', { collection: 'people' }, (reply) => {
        return ((reply as ValueObject).data as ValueObject).document_count!;
      });
    });

    it('inside transactions of every level', async () => {
      for (const isolation_level of ['read_uncommitted', 'read_committed', 'repeatable_read', 'serializable']) {
        const ids = new Map<string, Value>();
        for (const database of [RULED, 'shown_']) {
          const begun = await copy.test.send(copy.ann, 'begin_transaction', { database, isolation_level });
          ids.set(database, begun.tx_id!);
        }
        for (const sdbql of QUERIES) {
          const answers: Value[] = [];
          for (const [database, tx_id] of ids) {
            const reply = await copy.test.send(copy.ann, 'query', { database, sdbql, tx_id });
            answers.push(JSON.parse(JSON.stringify(reply.data ?? null).replaceAll(database, 'x')) as Value);
          }
          assert.deepEqual(withoutStamps(answers[0]!), withoutStamps(answers[1]!), sdbql);
        }
        for (const tx_id of ids.values()) await copy.test.data(copy.ann, 'rollback_transaction', { tx_id });
      }
    });

    it('for rows that a cursor hands out', async () => {
      const text = 'FOR p IN people RETURN p.secret == null AND (p.owner == "ann" OR p._key LIKE "k0003%")';
      const first = await copy.test.send(copy.ann, 'query', { database: RULED, sdbql: text, batch_size: 7 });
      const rows = [...(first.data as Value[])];
      for (let cursor = first.cursor; cursor !== undefined; ) {
        const next = await copy.test.send(copy.ann, 'cursor_next', { cursor, batch_size: 100 });
        rows.push(...(next.data as Value[]));
        cursor = next.cursor;
      }
      assert.ok(rows.length > 500);
      assert.ok(rows.every((row) => row === true));
    });

    it('for filters and orders of any fields', async () => {
      const field = fc.constantFrom(
        'n',
        'team',
        'owner',
        'secret',
        'inner.closed',
        'inner.open',
        '_key',
        'tags',
        'rows',
      );
      const value = fc.constantFrom('3', '100', '"bob"', '"ann"', '"k00031"', 'null', '[1, 2, 3]');
      const operator = fc.constantFrom('==', '!=', '<', '>=', 'IN');
      const term = fc.tuple(field, operator, value).map(([path, sign, other]) => `p.${path} ${sign} ${other}`);
      const query = fc
        .record({
          terms: fc.array(term, { minLength: 1, maxLength: 3 }),
          order: field,
          down: fc.boolean(),
          limit: fc.nat(9),
        })
        .map(({ terms, order, down, limit }) => {
          const filter = `FILTER ${terms.join(down ? ' AND ' : ' OR ')}`;
          return `FOR p IN people ${filter} SORT p.${order} ${down ? 'DESC' : 'ASC'}, p._key LIMIT ${limit * 20} RETURN p`;
        });
      await fc.assert(
        fc.asyncProperty(query, (sdbql) => copy.requireSame('query', { sdbql })),
        { numRuns: 60 },
      );
    });
  });
}

function withoutStamps(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutStamps);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([name]) => !['_rev', '_created_at', '_updated_at'].includes(name));
  return Object.fromEntries(members.map(([name, one]) => [name, withoutStamps(one)]));
}
