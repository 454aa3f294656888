import assert from 'node:assert/strict';
import type { ValueObject } from '@cairn/protocol/internal';
import type { Session } from '../../runner/session.ts';
import { TestEngine } from '../../testing/test-engine.ts';
import { FakeScripts, until } from '../automation/fake-scripts.fixture.ts';

const MINUTE_MS = 60_000;

describe('cron jobs', function () {
  this.timeout(60_000);
  let test: TestEngine;
  let session: Session;
  let fake: FakeScripts;
  const ran: ValueObject[] = [];
  const data = (cmd: string, fields: ValueObject = {}) =>
    test.data(session, cmd, { database: 'shop', ...fields }) as Promise<ValueObject>;
  const create = async (fields: ValueObject) =>
    String((await data('create_cron_job', { name: 'c', script_path: 'note', ...fields }))._key);
  const runs = async (cron_id: string) =>
    (await data('list_cron_runs', { cron_id, limit: 2_000 })) as unknown as ValueObject[];

  beforeEach(async () => {
    ran.length = 0;
    test = await TestEngine.open();
    session = test.session();
    await test.data(session, 'create_database', { name: 'shop' });
    fake = new FakeScripts();
    fake.scripts.set('note', (body) => {
      ran.push(body);
      return null;
    });
    test.engine.automation.start(fake.run);
  });
  afterEach(() => test.close());

  /** Moves the clock on, and waits until nothing is due any more. */
  async function moveTo(timeMs: number): Promise<void> {
    test.host.aheadMs += timeMs - test.host.nowMs();
    for (let settled = false; !settled; ) {
      test.engine.sweep();
      await new Promise((resolve) => setTimeout(resolve, 2));
      const crons = (await data('list_cron_jobs')) as unknown as ValueObject[];
      settled = crons.every(({ next_run_ms }) => next_run_ms === null || Number(next_run_ms) > test.host.nowMs());
    }
  }

  /** From a moment to another in steps of a few minutes. */
  async function live(from: string, to: string, stepMs = 10 * MINUTE_MS): Promise<void> {
    for (let at = Date.parse(from); at <= Date.parse(to); at += stepMs) await moveTo(at);
  }

  for (const [zone, nights] of [
    ['Europe/Berlin', ['2026-03-28T22:00:00Z', '2026-10-24T21:50:00Z']],
    ['America/New_York', ['2026-03-08T04:00:00Z', '2026-11-01T03:00:00Z']],
  ] as const) {
    it(`run once each in both nights in which the clocks of ${zone} are changed`, async () => {
      for (const night of nights) {
        await moveTo(Date.parse(night));
        const ids: string[] = [];
        for (let hour = 0; hour < 5; hour++) {
          for (const minute of [0, 30])
            ids.push(await create({ cron_expression: `${minute} ${hour} * * *`, timezone: zone }));
        }
        const hourly = await create({ cron_expression: '15 * * * *', timezone: zone });
        const end = new Date(Date.parse(night) + 10 * 60 * MINUTE_MS).toISOString();
        await live(night, end);
        for (const id of ids) {
          assert.equal(
            (await runs(id)).length,
            1,
            `${night} ${(await data('get_cron_job', { cron_id: id })).cron_expression}`,
          );
        }
        assert.equal((await runs(hourly)).length, 10, 'every hour that passes');
        for (const id of [...ids, hourly]) await data('delete_cron_job', { cron_id: id });
      }
    });
  }

  it('start one run for those that were missed, none, or each, as they are told', async () => {
    await moveTo(Date.parse('2027-01-01T00:00:10Z'));
    const ids = new Map<string, string>();
    for (const missed of ['once', 'skip', 'all'])
      ids.set(missed, await create({ cron_expression: '*/10 * * * *', missed }));
    await moveTo(Date.parse('2027-01-01T01:05:00Z'));
    const count = async (missed: string) => (await runs(ids.get(missed)!)).length;
    assert.deepEqual([await count('once'), await count('skip'), await count('all')], [1, 0, 6]);
    assert.equal((await data('get_cron_job', { cron_id: ids.get('skip')! })).skipped_count, 6);
    await moveTo(Date.parse('2027-01-01T01:10:05Z'));
    assert.deepEqual([await count('once'), await count('skip'), await count('all')], [2, 1, 7]);
  });

  it('leave a run out or cancel the one before when that has not ended', async () => {
    fake.scripts.set('endless', () => new Promise<null>(() => {}));
    await moveTo(Date.parse('2027-01-01T00:00:10Z'));
    const skip = await create({ cron_expression: '* * * * *', script_path: 'endless', overlap: 'skip', queue: 'a' });
    const cancel = await create({
      cron_expression: '* * * * *',
      script_path: 'endless',
      overlap: 'cancel',
      queue: 'b',
    });
    for (let minute = 1; minute <= 3; minute++) {
      await moveTo(Date.parse(`2027-01-01T00:0${minute}:05Z`));
      await until(async () => (await runs(cancel))[0]!.status === 'running', 'a run');
    }
    assert.equal((await runs(skip)).length, 1);
    assert.equal((await data('get_cron_job', { cron_id: skip })).skipped_count, 2);
    assert.deepEqual(
      (await runs(cancel)).map(({ status }) => status),
      ['running', 'cancelled', 'cancelled'],
    );
  });

  it('make up for nothing that was due while they were off, and run by hand', async () => {
    await moveTo(Date.parse('2027-01-01T00:00:10Z'));
    const cron_id = await create({ cron_expression: '@hourly', params: { a: 1 } });
    assert.equal((await data('toggle_cron_job', { cron_id })).next_run, null);
    await moveTo(Date.parse('2027-01-01T05:30:00Z'));
    const on = await data('toggle_cron_job', { cron_id, enabled: true });
    assert.equal(on.next_run_ms, Date.parse('2027-01-01T06:00:00Z'));
    assert.deepEqual(ran, []);
    await data('run_cron_job', { cron_id });
    await until(() => ran.length === 1, 'a run');
    assert.deepEqual(ran, [{ a: 1 }]);
    const changed = await data('update_cron_job', {
      cron_id,
      updates: { schedule: '0 0 2 * * *', timezone: 'Asia/Kolkata' },
    });
    assert.equal(changed.next_run_ms, Date.parse('2027-01-01T20:30:00Z'));
  });

  it('start each run once although the server is started anew in between', async () => {
    await moveTo(Date.parse('2027-01-01T00:00:10Z'));
    const cron_id = await create({ cron_expression: '*/5 * * * *' });
    for (let minute = 5; minute <= 25; minute += 5) {
      await moveTo(Date.parse('2027-01-01T00:00:00Z') + minute * MINUTE_MS + 1_000);
      await test.reopen();
      session = test.session();
      test.engine.automation.start(fake.run);
    }
    await until(async () => (await runs(cron_id)).every(({ status }) => status === 'completed'), 'all runs');
    assert.equal((await runs(cron_id)).length, 5);
  });
});
