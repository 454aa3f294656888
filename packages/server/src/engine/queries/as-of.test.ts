import assert from 'node:assert/strict';
import type { ValueObject } from '@cairn/protocol/internal';
import { TestEngine } from '../../testing/test-engine.ts';

describe('FOR … AS OF', () => {
  let test: TestEngine;
  const lsns: number[] = [];
  beforeEach(async () => {
    test = await TestEngine.open({ longReadRows: 0 });
    const admin = test.session();
    await test.data(admin, 'create_database', { name: 'shop' });
    await test.data(admin, 'create_collection', { database: 'shop', name: 'things' });
    await test.data(admin, 'create_index', { database: 'shop', collection: 'things', name: 'by_n', fields: ['n'] });
    lsns.length = 0;
    for (const n of [1, 2, 3]) {
      const fields = {
        database: 'shop',
        sdbql: `UPSERT { _key: 'a' } INSERT { _key: 'a', n: ${n} } UPDATE { n: ${n} } IN things`,
      };
      lsns.push(Number((await test.send(admin, 'query', fields)).lsn));
    }
    await test.data(admin, 'insert', { database: 'shop', collection: 'things', document: { _key: 'b', n: 9 } });
  });
  afterEach(() => test.close());

  const send = (sdbql: string, bind_vars: ValueObject = {}, more: ValueObject = {}) =>
    test.send(test.session(), 'query', { database: 'shop', sdbql, bind_vars, ...more });
  const rows = async (sdbql: string, binds: ValueObject = {}) => {
    const reply = await send(sdbql, binds);
    assert.equal(reply.status, 'ok', JSON.stringify(reply.error));
    return reply.data;
  };

  it('reads each collection at its own moment, next to the present', async () => {
    const text = 'FOR t IN things AS OF @lsn RETURN [t._id, t.n]';
    for (const [index, lsn] of lsns.entries())
      assert.deepEqual(await rows(text, { lsn }), [['shop:things/a', index + 1]]);
    assert.deepEqual(
      await rows(
        `FOR old IN things AS OF ${lsns[0]} FOR middle IN things AS OF @lsn FOR now IN things RETURN [old.n, middle.n, now.n]`,
        {
          lsn: lsns[1],
        },
      ),
      [
        [1, 2, 3],
        [1, 2, 9],
      ],
    );
    assert.deepEqual(await rows('FOR t IN things AS OF @lsn FILTER t.n == 2 RETURN t.n', { lsn: lsns[1] }), [2]);
    assert.deepEqual(
      await rows('FOR t IN @@c AS OF @now RETURN t.n', { '@c': 'things', now: new Date().toISOString() }),
      [3, 9],
    );
    assert.deepEqual(await rows('RETURN LENGTH(FOR t IN things AS OF @lsn RETURN 1)', { lsn: lsns[2] }), [1]);
  });

  it('writes what was into what is, also in a transaction, and answers all rows of a cursor at once', async () => {
    await rows('FOR t IN things AS OF @lsn REPLACE t._key WITH { n: t.n, back: true } IN things', { lsn: lsns[0] });
    assert.deepEqual(await rows('FOR t IN things RETURN t.n'), [1, 9]);
    const admin = test.session();
    const begun = await test.send(admin, 'begin_transaction', { database: 'shop' });
    const inside = { tx_id: begun.tx_id! };
    await send('UPDATE "b" WITH { n: 10 } IN things', {}, inside);
    const reply = await send('FOR t IN things AS OF @lsn FOR u IN things RETURN [t.n, u.n]', { lsn: lsns[1] }, inside);
    assert.deepEqual(reply.data, [
      [2, 1],
      [2, 10],
    ]);
    const cursor = await send(
      'FOR t IN things AS OF @lsn FOR i IN 1..10 RETURN i',
      { lsn: lsns[0] },
      { batch_size: 2 },
    );
    assert.equal((cursor.data as unknown[]).length, 10);
    assert.equal(cursor.has_more, undefined);
  });

  it('refuses what is no moment, or one that is to come, and plans without reading the past', async () => {
    for (const moment of ['"some day"', '1.5', '@m', '[1]', '1 + 1', 'things']) {
      const reply = await send(`FOR t IN things AS OF ${moment} RETURN t`, { m: true });
      assert.equal(reply.status, 'error', moment);
    }
    assert.equal((await send('FOR t IN things AS OF 1000000 RETURN t')).code, 'invalid_argument');
    assert.equal((await send('FOR t IN [1] AS OF 1 RETURN t')).status, 'error');
    const [plan] = (await rows('EXPLAIN FOR t IN things AS OF 1000000 FILTER t.n == 1 RETURN t')) as ValueObject[];
    assert.match(JSON.stringify(plan), /"collection":"things"/);
    assert.equal((await send('FOR t IN things AS OF @nothing RETURN t')).status, 'error');
  });
});
