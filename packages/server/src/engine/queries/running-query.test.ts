import assert from 'node:assert/strict';
import type { Value, ValueObject } from '@cairn/protocol/internal';
import type { QueryRun } from '@cairn/query/internal';
import type { Session } from '../../runner/session.ts';
import { TestEngine } from '../../testing/test-engine.ts';
import { Cancellation } from './cancellation.ts';
import { RunningQuery } from './running-query.ts';

describe('a running query', function () {
  this.timeout(60_000);
  let test: TestEngine;
  let session: Session;
  const send = (cmd: string, fields: ValueObject = {}) => test.send(session, cmd, { database: 'shop', ...fields });
  const query = (sdbql: string, more: ValueObject = {}) => send('query', { sdbql, ...more });

  beforeEach(async () => {
    test = await TestEngine.open();
    session = test.session();
    await test.data(session, 'create_database', { name: 'shop' });
  });

  afterEach(() => test.close());

  describe('fetched by a cursor', () => {
    /** The lengths of texts that come back, batch by batch; a last one without rows says only that there are no more. */
    async function batches(sizes: readonly number[], batchSize = 1000): Promise<number[][]> {
      const text = 'FOR s IN @sizes RETURN REPEAT("x", s)';
      const found: number[][] = [];
      let reply = await query(text, { bind_vars: { sizes: [...sizes] }, batch_size: batchSize });
      for (;;) {
        assert.equal(reply.status, 'ok', JSON.stringify(reply.error));
        found.push((reply.data as Value[]).map((row) => (row as string).length));
        if (reply.has_more !== true) return found.filter((batch) => batch.length > 0);
        reply = await send('cursor_next', { cursor: reply.cursor as string, batch_size: batchSize });
      }
    }

    const mebibyte = 1024 * 1024;

    it('holds a row back that would make the batch too large for a frame', async () => {
      const sizes = [mebibyte, 2 * mebibyte, 14 * mebibyte, 1, 2];
      assert.deepEqual(await batches(sizes), [[mebibyte, 2 * mebibyte], [14 * mebibyte], [1, 2]]);
      const last = [3 * mebibyte, 14 * mebibyte];
      assert.deepEqual(await batches(last), [[last[0]], [last[1]]]);
      const row = [14 * mebibyte, 15 * mebibyte, 14 * mebibyte];
      assert.deepEqual(
        await batches(row),
        row.map((size) => [size]),
      );
    });

    it('goes on after a row held back that leaves room', async () => {
      const sizes = [4_000_000, 2_500_000, 1, 2, 3];
      assert.deepEqual(await batches(sizes), [[sizes[0]], [sizes[1], 1, 2, 3]]);
      assert.deepEqual(await batches(sizes, 2), [[sizes[0]], [sizes[1], 1], [2, 3]]);
    });
  });

  it('that writes answers with a frame of rows at once, batches or not', async () => {
    await test.data(session, 'create_collection', { database: 'shop', name: 'logs' });
    const write = 'FOR i IN 1..8 INSERT {text: REPEAT("x", 1000000)} INTO logs RETURN LENGTH(NEW.text)';
    assert.deepEqual((await query(write, { batch_size: 2 })).data, new Array(8).fill(1_000_000));
    const returned = await query('FOR l IN logs UPDATE l WITH {n: 1} IN logs RETURN NEW', { batch_size: 2 });
    assert.equal(returned.status, 'ok', JSON.stringify(returned.error));
    assert.equal((returned.data as Value[]).length, 8);
    assert.notEqual(returned.has_more, true);
  });

  it('goes on where an attempt has stopped, and begins anew after one that was enough', async () => {
    const rows = (...values: number[]) => ({ bytes: Buffer.from(values), rows: values.length, done: false, waitMs: 0 });
    const chunks = [rows(), rows(1), rows(2, 3), rows(), rows(4), { ...rows(5), done: true }];
    const run = { next: () => chunks.shift()!, close: () => {}, warnings: [] } as unknown as QueryRun;
    const running = new RunningQuery(run, test.host, () => {});
    const limits = { bytesMax: 1000, whenFull: 'stop', deadlineMs: Number.POSITIVE_INFINITY } as const;
    const wanted = { ...limits, rowsMax: 3, cancellation: new Cancellation() };
    assert.equal(running.attempt(wanted, 1), undefined);
    assert.ok(running.isComputing);
    assert.equal(running.attempt(wanted, 1), undefined);
    assert.deepEqual(Buffer.concat(running.attempt(wanted, 1)!.rows.parts), Buffer.from([1, 2, 3]));
    assert.equal(running.attempt(wanted, 1), undefined);
    const rest = await running.next(wanted);
    assert.deepEqual(Buffer.concat(rest.rows.parts), Buffer.from([4, 5]));
    assert.equal(rest.done, true);
  });

  describe('that sleeps', () => {
    it('lets others run and answers when its time has come', async () => {
      let hasAnswered = false;
      const sleeping = query('FOR i IN 1..2 LET s = SLEEP(10000) RETURN i').then((reply) => {
        hasAnswered = true;
        return reply;
      });
      assert.deepEqual((await query('RETURN 1')).data, [1]);
      assert.equal(hasAnswered, false);
      test.host.aheadMs += 20_001;
      assert.deepEqual((await sleeping).data, [1, 2]);
    });

    it('ends at its deadline', async () => {
      const sleeping = query('RETURN SLEEP(10000)', { timeout_ms: 5000 });
      assert.deepEqual((await query('RETURN 1')).data, [1]);
      test.host.aheadMs += 5001;
      assert.equal((await sleeping).code, 'timeout');
    });

    it('ends when it is cancelled', async () => {
      const sleeping = query('RETURN SLEEP(10000)', { rid: 'r' });
      assert.deepEqual((await test.send(session, 'cancel', { rid: 'r' })).data, { cancelled: true });
      assert.equal((await sleeping).code, 'cancelled');
    });
  });
});
