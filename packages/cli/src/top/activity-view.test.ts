import assert from 'node:assert/strict';
import { activityBetween, percentile } from './activity-view.ts';
import type { CommandCounts, Sample, ServerStatus } from './sample.ts';
import { screenText } from './screen-text.ts';

const BOUNDS = [0.001, 0.01, 0.1];

function sample(atMs: number, counts: Partial<CommandCounts>[], more: Partial<ServerStatus> = {}): Sample {
  const commands = counts.map((one): CommandCounts => {
    return { command: 'get', door: 'native', requests: 0, errors: 0, running: 0, buckets: [0, 0, 0, 0], ...one };
  });
  const total = commands.reduce((sum, { requests }) => sum + requests, 0);
  return {
    atMs,
    running: [],
    status: {
      ...{ version: '1', uptime_s: 61, databases: 1, memory: { rss_bytes: 2 ** 20, heap_used_bytes: 5 } },
      disk: { free_bytes: 2 ** 30 },
      event_loop: { active_ms: atMs / 4, idle_ms: (atMs * 3) / 4, delay_p99_ms: 1 },
      requests: { total, errors: 0, refused: 0, bucket_bounds_s: BOUNDS, commands },
      gauges: {},
      ...more,
    },
  };
}

describe('what went on between two samples', () => {
  it('is rates and latencies of each command, the busiest first', () => {
    const before = sample(1_000, [{ requests: 10, buckets: [10, 0, 0, 0] }]);
    const after = sample(3_000, [
      { requests: 30, buckets: [30, 0, 0, 0] },
      { command: 'query', door: 'http', requests: 100, errors: 4, buckets: [0, 50, 50, 0] },
    ]);
    const view = activityBetween(before, after);
    assert.deepEqual(
      view.commands.map(({ command, requests_per_s, errors_per_s }) => [command, requests_per_s, errors_per_s]),
      [
        ['query', 50, 2],
        ['get', 10, 0],
      ],
    );
    assert.equal(view.requests_per_s, 60);
    assert.equal(view.load, 0.25);
    assert.equal(view.commands[1]!.p50_ms, 0.5);
    assert.equal(view.commands[0]!.p50_ms!.toFixed(6), '10.000000');
    assert.ok(view.p99_ms! > 10);
  });

  it('counts from zero when the server was started anew', () => {
    const view = activityBetween(sample(0, [{ requests: 500 }]), sample(1_000, [{ requests: 7 }]));
    assert.equal(view.requests_per_s, 7);
  });

  it('has no latency without a request, and the last bound beyond all bounds', () => {
    assert.equal(percentile([0, 0, 0, 0], BOUNDS, 0.5), undefined);
    assert.equal(percentile([0, 0, 0, 3], BOUNDS, 0.5), 100);
  });

  it('is shown within the width of the terminal', () => {
    const text = 'FOR u IN users\n RETURN \u001b[31mu'.repeat(20);
    const running = [
      {
        id: 7,
        command: 'query',
        user: 'ann',
        door: 'http',
        elapsed_ms: 65_000,
        stoppable: true,
        database: 'shop',
        text,
      },
    ];
    const view = { ...activityBetween(sample(0, []), sample(1_000, [{ requests: 9 }])), running };
    const lines = screenText(view, { widthMax: 60, rowsMax: 5, selected: 0 });
    for (const line of lines) assert.ok(line.length <= 60, line);
    assert.ok(lines.some((line) => line.startsWith('>') && line.includes('ann')));
    assert.ok(!lines.join('').includes('\u001b'));
  });
});
