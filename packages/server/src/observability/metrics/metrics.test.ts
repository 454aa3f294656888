import assert from 'node:assert/strict';
import type { Session } from '../../runner/session.ts';
import { TestEngine } from '../../testing/test-engine.ts';
import { type Metrics, openMetrics } from './metrics.ts';

describe('metrics', function () {
  this.timeout(20_000);
  let test: TestEngine;
  let admin: Session;
  let metrics: Metrics;

  before(async () => {
    test = await TestEngine.open();
    admin = test.session();
    const { activity, gauges, storageMeter: storage } = test.engine;
    metrics = openMetrics({ activity, gauges, storage });
    await test.data(admin, 'create_database', { name: 'shop' });
    await test.data(admin, 'create_collection', { database: 'shop', name: 'users' });
  });
  after(() => test.close());

  const lines = async () => (await metrics.text()).split('\n').filter((line) => /^[a-z]/.test(line));
  const value = async (name: string): Promise<number> => {
    const line = (await lines()).find((one) => one.startsWith(`${name} `));
    assert.ok(line, name);
    return Number(line.slice(name.length + 1));
  };

  it('count requests by command, door and outcome, errors by code, and refusals', async () => {
    await test.data(admin, 'insert', { database: 'shop', collection: 'users', document: { _key: 'a' } });
    for (const key of ['a', 'a', 'none']) await test.send(admin, 'get', { database: 'shop', collection: 'users', key });
    await test.send(admin, 'get', { database: 'shop' });
    assert.equal(await value('cairn_commands_total{command="get",door="inside",outcome="ok"}'), 2);
    assert.equal(await value('cairn_commands_total{command="get",door="inside",outcome="error"}'), 1);
    assert.equal(await value('cairn_command_errors_total{command="get",door="inside",code="not_found"}'), 1);
    assert.equal(await value('cairn_requests_refused_total{door="inside",code="invalid_argument"}'), 1);
  });

  it('have histograms that add up', async () => {
    const name = 'cairn_command_duration_seconds';
    assert.match(await metrics.text(), new RegExp(`^# TYPE ${name} histogram$`, 'm'));
    const buckets = (await lines()).filter((line) => line.startsWith(`${name}_bucket{command="get"`));
    const counts = buckets.map((line) => Number(line.split(' ').at(-1)));
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => a - b),
    );
    assert.match(buckets.at(-1)!, /le="\+Inf"/);
    assert.equal(counts.at(-1), await value(`${name}_count{command="get",door="inside"}`));
    assert.ok((await value(`${name}_sum{command="get",door="inside"}`)) > 0);
    assert.ok((await value('cairn_log_flush_seconds_count')) >= 3);
  });

  it('tell of storage, plans, threads, the two logs, the event loop and memory', async () => {
    const names = (await lines()).map((line) => line.split(/[ {]/)[0]!);
    for (const name of [
      'cairn_log_bytes',
      'cairn_unwritten_bytes',
      'cairn_commit_queue_depth',
      'cairn_commit_group_size',
      'cairn_checkpoint_failures_total',
      'cairn_plan_cache_misses_total',
      'cairn_read_threads',
      'cairn_open_cursors',
      'cairn_open_transactions',
      'cairn_slow_requests_total',
      'cairn_audit_entries_total',
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
    ]) {
      assert.ok(names.includes(name), name);
    }
    assert.ok((await value('cairn_commits_total')) >= (await value('cairn_commit_groups_total')));
  });

  it('have no label that clients can make', async () => {
    const labels = async () => new Set((await lines()).map((line) => line.replace(/ \S+$/, '')));
    const before = await labels();
    for (const name of ['d1', 'd2', 'd3']) {
      await test.data(admin, 'create_database', { name });
      await test.data(admin, 'create_collection', { database: name, name: `c_${name}` });
      await test.send(admin, `nonsense_${name}`);
      await test.send(admin, 'create_database', { name });
    }
    const added = [...(await labels())].filter((one) => !before.has(one));
    assert.ok(
      added.every((one) => !/d1|d2|d3|nonsense/.test(one)),
      added.join('\n'),
    );
    assert.deepEqual(
      added.filter((one) => one.startsWith('cairn_') && !one.includes('code=')),
      [],
    );
  });

  it('show what a part adds later', async () => {
    let runs = 3;
    test.engine.gauges.add({ name: 'cairn_example_total', help: 'Examples.', kind: 'counter', read: () => runs });
    assert.equal(await value('cairn_example_total'), 3);
    runs = 5;
    assert.equal(await value('cairn_example_total'), 5);
  });
});
