import assert from 'node:assert/strict';
import type { ValueObject } from '@cairn/protocol/internal';
import { SLOW_QUERIES_WAITING_MAX } from '../../limits.ts';
import type { Session } from '../../runner/session.ts';
import { TestEngine } from '../../testing/test-engine.ts';
import type { EndedRequest } from './slow-query-entry.ts';
import { SLOW_QUERIES } from './slow-query-log.ts';

/** Longer than anything that is not meant to be slow; the sleep below is longer still. */
const THRESHOLD_MS = 15;
const SLOW = "FOR u IN users FILTER u.name == 'swordfish' OR u.age == @age LET s = SLEEP(30) RETURN s";

describe('the slow-query log', function () {
  this.timeout(20_000);
  let test: TestEngine;
  let admin: Session;

  async function open(flags: Record<string, unknown> = {}): Promise<void> {
    test = await TestEngine.open(flags);
    admin = test.session();
    await test.data(admin, 'create_database', { name: 'shop' });
    await test.data(admin, 'create_collection', { database: 'shop', name: 'users' });
    await test.data(admin, 'insert', { database: 'shop', collection: 'users', document: { age: 7 } });
    await test.data(admin, 'set_setting', { name: 'slowQueryMs', value: THRESHOLD_MS });
  }
  afterEach(() => test.close());

  const runSlow = () =>
    test.data(admin, 'query', { database: 'shop', sdbql: SLOW, bind_vars: { age: 7, other: 'hunter2', list: [1, 2] } });
  const logged = async (): Promise<ValueObject[]> => {
    await test.engine.slowQueries.flush();
    const rows = await test.send(admin, 'query', {
      database: '_system',
      sdbql: `FOR q IN ${SLOW_QUERIES} FILTER q.command == 'query' AND q.database == 'shop' SORT q._key RETURN q`,
    });
    return (rows.data ?? []) as ValueObject[];
  };

  it('has what was slow, with its plan and the kinds of its binds, and without values', async () => {
    await open();
    await runSlow();
    const [entry, ...others] = await logged();
    assert.equal(others.length, 0);
    assert.equal(entry!.text, 'FOR u IN users FILTER u.name == ? OR u.age == @age LET s = SLEEP(?) RETURN s');
    assert.deepEqual(entry!.binds, { age: 'number' });
    assert.match(String(entry!.plan), /^return s\nlet s = SLEEP\(\?\)\nfilter .*\nscan u IN users/);
    assert.deepEqual(
      [entry!.user, entry!.door, entry!.database, entry!.rows, entry!.error],
      ['admin', 'inside', 'shop', 1, null],
    );
    assert.ok(Number(entry!.duration_ms) >= THRESHOLD_MS);
    assert.ok(!/swordfish|hunter2/.test(JSON.stringify(entry)));
  });

  it('has none of the quick ones, and none at all when it is off', async () => {
    await open();
    await test.data(admin, 'query', { database: 'shop', sdbql: 'RETURN 1' });
    await test.data(admin, 'set_setting', { name: 'slowQueryMs', value: 0 });
    await runSlow();
    const noted = test.engine.slowQueries.noted;
    await runSlow();
    assert.equal(test.engine.slowQueries.noted, noted);
  });

  it('says of a failed one how it failed', async () => {
    await open();
    await test.send(admin, 'query', { database: 'shop', sdbql: 'RETURN SLEEP(5000)', timeout_ms: 40 });
    assert.equal((await logged())[0]!.error, 'timeout');
  });

  it('keeps the newest only', async () => {
    await open({ slowQueriesKept: 3 });
    for (let n = 0; n < 5; n++) {
      await test.data(admin, 'query', {
        database: 'shop',
        sdbql: `RETURN [SLEEP(20), @n${n}]`,
        bind_vars: { [`n${n}`]: 1 },
      });
      await test.engine.slowQueries.flush();
    }
    const { data } = await test.send(admin, 'query', {
      database: '_system',
      sdbql: `FOR q IN ${SLOW_QUERIES} SORT q._key RETURN q.binds`,
    });
    const kept = data as ValueObject[];
    assert.equal(kept.length, 3);
    assert.deepEqual(kept.at(-1), { n4: 'number' });
  });

  it('tells the first of many at once, and counts the others', async () => {
    const lines: string[] = [];
    test = await TestEngine.open({ logLevel: 'warn' }, { write: (line) => lines.push(line) });
    const { slowQueries } = test.engine;
    const session = test.session();
    const request = { name: 'ping', door: 'native', user: session.user, address: session.address, fields: {} };
    const ended = {
      request: request as unknown as EndedRequest['request'],
      plan: undefined,
      durationMs: 5_000,
      reply: { status: 'ok' } as const,
    };
    for (let i = 0; i < SLOW_QUERIES_WAITING_MAX + 50; i++) slowQueries.note(ended);
    await slowQueries.flush();
    const told = lines.map((line) => JSON.parse(line) as { msg: string; untold?: number });
    assert.equal(told.filter(({ msg }) => msg === 'slow request').length, SLOW_QUERIES_WAITING_MAX);
    assert.deepEqual(
      told.flatMap(({ untold }) => untold ?? []),
      [50],
    );
    assert.deepEqual([slowQueries.noted, slowQueries.dropped], [SLOW_QUERIES_WAITING_MAX + 50, 50]);
    slowQueries.note(ended);
    assert.equal(slowQueries.dropped, 50);
  });

  it('is for administrators', async () => {
    await open();
    await runSlow();
    await test.data(admin, 'create_user', { username: 'vic', password: 'open sesame', roles: ['viewer', 'editor'] });
    const reply = await test.send(test.session('vic'), 'list', { database: '_system', collection: SLOW_QUERIES });
    assert.equal(reply.code, 'permission_denied');
    assert.ok((await logged()).length >= 1);
  });
});
