import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { decodeRequest, encodeValue, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { Session } from '../../runner/session.ts';
import { seen, TestEngine } from '../../testing/test-engine.ts';

/** Queries whose answers must be the same wherever they run; what they name is in `fill`. */
const QUERIES: readonly { readonly text: string; readonly binds?: ValueObject }[] = [
  { text: 'FOR d IN docs FILTER d.n % 7 == 3 COLLECT WITH COUNT INTO c RETURN c' },
  { text: 'FOR d IN docs FILTER d.n < 20 RETURN d' },
  { text: 'FOR d IN docs SORT d.text DESC, d.n LIMIT 5, 10 RETURN {n: d.n, text: d.text, tags: d.tags}' },
  { text: 'FOR d IN docs COLLECT g = d.group AGGREGATE s = SUM(d.n), m = MAX(d.text) RETURN {g, s, m}' },
  { text: 'FOR d IN docs FILTER d.group == @g LIMIT 10 RETURN d._key', binds: { g: 'b' } },
  { text: 'FOR d IN docs FILTER d.n IN @list RETURN DISTINCT d.group', binds: { list: [1, 2, 3, 2 ** 60] } },
  { text: 'FOR d IN docs FILTER d.n < 5 FOR e IN docs FILTER e.n == d.n + 1 RETURN [d.n, e.n]' },
  { text: "RETURN DOCUMENT('docs/k17')" },
  { text: "FOR i IN 1..3 RETURN DOCUMENT(CONCAT('others/', 'o', i)).value" },
  { text: "RETURN [COLLECTION_COUNT('docs'), COLLECTION_COUNT('others')]" },
  { text: "FOR v, e IN 1..3 OUTBOUND 'others/o1' links RETURN v._key" },
  {
    text: "FOR v, e IN SHORTEST_PATH 'others/o4' TO 'others/o1' ANY links OPTIONS {weightAttribute: @a} RETURN [v._key, e]",
    binds: { a: 'km' },
  },
  { text: "FOR p IN K_SHORTEST_PATHS 'others/o1' TO 'others/o3' OUTBOUND links LIMIT 2 RETURN p" },
  { text: 'LET top = (FOR d IN docs SORT d.n DESC LIMIT 3 RETURN d.n) RETURN {top, now: DATE_NOW() > 0}' },
  { text: 'FOR d IN docs FILTER d.n < 3 RETURN @value', binds: { value: { ['__proto__']: 1, a: [null, 1.5] } } },
  { text: 'RETURN REGEX_TEST("a", "(")' },
  { text: 'FOR d IN nowhere RETURN d' },
  { text: 'FOR d IN docs RETURN @missing' },
  { text: 'FOR d IN docs LIMIT 1000000 RETURN REPEAT(d.text, 1000)' },
];

describe('long reads in worker threads', function () {
  this.timeout(60_000);
  let test: TestEngine;
  let session: Session;
  const send = (cmd: string, fields: ValueObject = {}) => test.send(session, cmd, { database: 'shop', ...fields });
  const query = (sdbql: string, more: ValueObject = {}) => send('query', { sdbql, ...more });
  const document = (n: number) => ({
    ...{ _key: `k${n}`, n, group: 'abc'[n % 3], text: `text ${n}`, tags: [n % 2, `t${n % 5}`] },
    amount: 100,
  });

  async function fill(): Promise<void> {
    await test.data(session, 'create_database', { name: 'shop' });
    for (const name of ['docs', 'others']) await send('create_collection', { name });
    await send('create_collection', { name: 'links', type: 'edge' });
    await send('bulk_insert', { collection: 'docs', documents: Array.from({ length: 3000 }, (_, n) => document(n)) });
    const others = [1, 2, 3, 4].map((n) => ({ _key: `o${n}`, value: n * n }));
    await send('bulk_insert', { collection: 'others', documents: others });
    const links = [1, 2, 3].map((n) => ({ _from: `others/o${n}`, _to: `others/o${n + 1}` }));
    await send('bulk_insert', { collection: 'links', documents: links });
    await send('create_index', { collection: 'docs', name: 'by_group', fields: ['group'] });
  }

  beforeEach(async () => {
    test = await TestEngine.open({ longReadRows: 0, readThreads: 2 });
    session = test.session();
    await fill();
  });

  afterEach(() => test.close());

  it('answer and fail as on the main thread, whatever has been written meanwhile', async () => {
    for (let round = 0; round < 4; round++) {
      for (const { text, binds } of QUERIES) {
        const begun = (await send('begin_transaction', {})).tx_id as string; // what is asked in it runs on the main thread
        const bind_vars = binds ?? {};
        const [there, here] = [await query(text, { bind_vars }), await query(text, { bind_vars, tx_id: begun })];
        assert.deepEqual(there, here, text);
        await send('rollback_transaction', { tx_id: begun });
      }
      await send('update', { collection: 'docs', key: `k${round}`, document: { n: 10_000 + round, text: 'new' } });
      await send('delete', { collection: 'docs', key: `k${100 + round}` });
      await send('bulk_insert', { collection: 'docs', documents: [document(5000 + round), document(6000 + round)] });
      if (round === 1) await send('delete_index', { collection: 'docs', name: 'by_group' });
    }
  });

  it('say in explain where they run', async () => {
    const explained = async (text: string) => ((await query(text)).data as ValueObject[])[0]!.thread;
    assert.equal(await explained('EXPLAIN FOR d IN docs RETURN d'), 'worker');
    assert.equal(await explained('EXPLAIN ANALYZE FOR d IN docs RETURN d'), 'worker');
    const { tx_id } = await send('begin_transaction', {});
    const inside = await query('EXPLAIN FOR d IN docs RETURN d', { tx_id: tx_id! });
    assert.equal((inside.data as ValueObject[])[0]!.thread, 'main');
  });

  it('see every write that was acknowledged before them', async () => {
    for (let n = 0; n < 150; n++) {
      await send('insert', { collection: 'others', document: { _key: `w${n}`, value: n } });
      const { data } = await query('FOR o IN others FILTER o._key LIKE "w%" COLLECT WITH COUNT INTO n RETURN n');
      assert.deepEqual(data, [n + 1]);
    }
  });

  it('see each commit whole while others are made', async () => {
    let isOver = false;
    const move = async (from: number) => {
      for (let n = from; !isOver; n += 2) {
        const { tx_id } = await send('begin_transaction', { isolation_level: 'repeatable_read' });
        const text = 'FOR d IN docs FILTER d._key == @key UPDATE d WITH {amount: d.amount + @by} IN docs';
        const add = (key: number, by: number) =>
          query(text, { bind_vars: { key: `k${key % 3000}`, by }, tx_id: tx_id! });
        const replies = [await add(n, -1), await add(n * 7 + 1, 1)];
        const isWhole = replies.every(({ status }) => status === 'ok');
        await send(isWhole ? 'commit_transaction' : 'rollback_transaction', { tx_id: tx_id! });
      }
    };
    const movers = [move(0), move(1)];
    try {
      for (let look = 0; look < 60; look++) {
        const reply = await query('FOR d IN docs COLLECT AGGREGATE s = SUM(d.amount), c = COUNT() RETURN [s, c]');
        assert.deepEqual(reply.data, [[300_000, 3000]], JSON.stringify(reply));
      }
    } finally {
      isOver = true;
      await Promise.all(movers);
    }
  });

  it('keep the state of a cursor while others write and drop, and end with it', async () => {
    const first = await query('FOR d IN docs SORT d.n RETURN d.n', { batch_size: 1000 });
    assert.equal(first.has_more, true);
    await query('FOR d IN docs REMOVE d IN docs');
    await send('delete_collection', { name: 'docs' });
    const rest: Value[] = [...(first.data as Value[])];
    for (let reply = first; reply.has_more === true; ) {
      reply = await send('cursor_next', { cursor: first.cursor!, batch_size: 700 });
      rest.push(...(reply.data as Value[]));
    }
    assert.deepEqual(
      rest,
      Array.from({ length: 3000 }, (_, n) => n),
    );
    const second = await query('FOR o IN others RETURN o', { batch_size: 1 });
    assert.equal((await send('cursor_close', { cursor: second.cursor! })).status, 'ok');
    assert.equal((await send('cursor_next', { cursor: second.cursor! })).code, 'not_found');
  });

  it('stop at their deadline and when they are cancelled, also in the middle of a subquery', async () => {
    const endless = 'FOR i IN 1..100000 RETURN LENGTH(FOR j IN 1..100000 FILTER j % 3 == i % 3 RETURN j)';
    assert.equal((await query(endless, { timeout_ms: 60 })).code, 'timeout');
    const request = { cmd: 'query', rid: 7, database: 'shop', sdbql: endless };
    const running = test.runner.run(session, decodeRequest(encodeValue(request)));
    await delay(50);
    assert.equal((await test.send(session, 'cancel', { rid: 7 })).status, 'ok');
    assert.equal(seen(await running).code, 'cancelled');
    assert.deepEqual((await query('RETURN 1')).data, [1]);
  });

  it('end when their database is dropped, and a new one of the same name is another', async () => {
    await query('FOR d IN docs RETURN d');
    const open = await query('FOR d IN docs RETURN d', { batch_size: 10 });
    const running = query('FOR d IN docs FOR e IN docs FOR f IN docs FILTER d.n + e.n == -f.n - 1 RETURN d');
    await delay(20);
    assert.equal((await send('delete_database', { name: 'shop' })).status, 'ok');
    assert.equal((await running).status, 'error');
    assert.equal((await send('cursor_next', { cursor: open.cursor! })).status, 'error');
    await test.data(session, 'create_database', { name: 'shop' });
    await send('create_collection', { name: 'docs' });
    assert.deepEqual((await query('FOR d IN docs RETURN d')).data, []);
  });

  it('let writes go on while their thread is stuck, and begin anew when it has let the state go by', async () => {
    // With two threads, two such queries: in a subquery nobody else gets a turn.
    const stuck = 'RETURN LENGTH(FOR i IN 1..60000000 FILTER i < 0 RETURN i)';
    const running = [query(stuck), query(stuck)];
    await delay(20);
    const late: Promise<unknown>[] = [];
    for (let n = 0; n < 40; n++) {
      const written = await send('insert', {
        collection: 'others',
        document: { _key: `s${n}`, text: 'x'.repeat(400_000) },
      });
      assert.equal(written.status, 'ok', JSON.stringify(written));
      if (n % 10 === 0) {
        const count = 'FOR o IN others FILTER STARTS_WITH(o._key, "s") COLLECT WITH COUNT INTO n RETURN n';
        late.push(query(count).then(({ data }) => assert.ok((data as number[])[0]! > n)));
      }
    }
    for (const reply of await Promise.all(running)) assert.deepEqual(reply.data, [0]);
    await Promise.all(late);
  });

  it('do not show the secrets of the system database', async () => {
    for (const text of [
      'FOR a IN _admins RETURN a',
      "RETURN DOCUMENT('_admins/admin')",
      "RETURN COLLECTION_COUNT('_admins')",
    ]) {
      const reply = await test.send(session, 'query', { database: '_system', sdbql: text });
      assert.ok(!JSON.stringify(reply).includes('argon2'), text);
      assert.notDeepEqual(reply.data, [1], text);
    }
  });

  it('fail by name when their thread ends, and the next ones have another', async () => {
    const started = once(process, 'worker') as Promise<[Worker]>;
    const other = await TestEngine.open({ longReadRows: 0, readThreads: 1 });
    try {
      const someone = other.session();
      const ask = (sdbql: string, more: ValueObject = {}) =>
        other.send(someone, 'query', { database: '_system', sdbql, ...more });
      const cursor = await ask('FOR i IN 1..100 RETURN i', { batch_size: 10 });
      const [worker] = await started;
      const running = ask('FOR i IN 1..1000000000 FILTER i < 0 RETURN i');
      await delay(30);
      await worker.terminate();
      const failed = await running;
      assert.equal(failed.code, 'internal');
      assert.equal(failed.retryable, true);
      const next = await other.send(someone, 'cursor_next', { cursor: cursor.cursor! });
      assert.equal(next.status, 'error');
      assert.deepEqual((await ask('RETURN 1')).data, [1]);
    } finally {
      await other.close();
    }
  });
});

describe('a single step of a read that takes long', function () {
  this.timeout(60_000);
  /** Some seconds in one function, of which nothing can be left in the middle. */
  const LONG_STEP = 'RETURN LEVENSHTEIN(REPEAT("a", 30000), REPEAT("b", 30000))';

  it('goes on in a worker thread, so that everybody else is answered meanwhile', async () => {
    const test = await TestEngine.open({ readThreads: 1 });
    try {
      const session = test.session();
      const query = (timeout_ms: number) =>
        test.send(session, 'query', { database: '_system', sdbql: LONG_STEP, timeout_ms });
      test.engine.prepareLongReads();
      // Until the thread has started there is nobody else to do it.
      for (let isBeside = false; !isBeside; ) {
        let hasEnded = false;
        const step = query(400).then(({ code }) => {
          hasEnded = true;
          return code;
        });
        assert.equal((await test.send(session, 'ping')).status, 'pong');
        isBeside = !hasEnded;
        assert.equal(await step, 'timeout');
        await delay(5);
      }
      assert.deepEqual((await query(60_000)).data, [30_000]);
      const explained = await test.data(session, 'explain', { database: '_system', sdbql: LONG_STEP, analyze: true });
      assert.equal((explained as ValueObject).thread, 'worker');
    } finally {
      await test.close();
    }
  });

  it('goes on where it began when there is no thread for it', async () => {
    const test = await TestEngine.open({ readThreads: 1 });
    try {
      const { data } = await test.send(test.session(), 'query', { database: '_system', sdbql: LONG_STEP });
      assert.deepEqual(data, [30_000]);
    } finally {
      await test.close();
    }
  });
});
