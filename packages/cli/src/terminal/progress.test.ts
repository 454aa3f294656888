import assert from 'node:assert/strict';
import { drawBar, fractionDone, Progress } from './progress.ts';
import { formatBytes, formatCountOf, formatDuration } from './quantities.ts';
import { RateMeter } from './rate.ts';

function recorded(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  return { written, stream: { isTTY, columns, write: (text: string) => written.push(text) } };
}

describe('Progress', () => {
  it('redraws one line on a terminal, with rate and the time left', () => {
    const { written, stream } = recorded(true, 100);
    let now = 0;
    const progress = new Progress(stream, () => now);
    progress.update({ done: 0, total: 1000, count: 0, noun: 'document' });
    now = 1000;
    progress.update({ done: 250, total: 1000, count: 50, noun: 'document' });
    now = 1050; // too soon to be drawn
    progress.update({ done: 260, total: 1000, count: 52, noun: 'document' });
    now = 2000;
    progress.update({ done: 500, total: 1000, count: 100, noun: 'document', rejected: 2 });
    progress.clear();
    assert.deepEqual(written, [
      '\r[------------------------] 0%  0 documents  0/s\x1b[K',
      '\r[######------------------] 25%  50 documents  50/s  3.0 s left\x1b[K',
      '\r[############------------] 50%  100 documents  50/s  2.0 s left  2 rejected\x1b[K',
      '\r\x1b[K',
    ]);
  });

  it('writes a plain line now and then elsewhere, without a total in bytes', () => {
    const { written, stream } = recorded(false);
    let now = 0;
    const progress = new Progress(stream, () => now);
    for (; now <= 11_000; now += 500) progress.update({ done: now * 1024, count: now, noun: 'row' });
    progress.clear();
    assert.deepEqual(written, ['4.9 MiB  5,000 rows  1,000/s\n', '9.8 MiB  10,000 rows  1,000/s\n']);
  });

  it('fits the terminal', () => {
    const { written, stream } = recorded(true, 20);
    new Progress(stream, () => 0).update({ done: 1, total: 2, count: 1, noun: 'document' });
    assert.equal(written[0], '\r[############-----…\x1b[K');
  });
});

describe('progress arithmetic', () => {
  it('stays between nothing and all', () => {
    assert.equal(fractionDone({ done: 5, total: 4 }), 1);
    assert.equal(fractionDone({ done: 0, total: 0 }), 1);
    assert.equal(fractionDone({ done: 3 }), undefined);
    assert.equal(drawBar(0.999, 4), '[###-]');
    assert.equal(drawBar(1, 4), '[####]');
  });

  it('follows the last seconds, not the whole run', () => {
    const meter = new RateMeter();
    for (let second = 0; second <= 60; second++)
      meter.record(second * 1000, second <= 30 ? second * 100 : 3000 + (second - 30));
    assert.equal(Math.round(meter.perSecond()), 1);
    assert.equal(meter.secondsUntil(3040), 10);
    assert.equal(new RateMeter().secondsUntil(5), undefined);
  });

  it('writes quantities for people', () => {
    assert.deepEqual([0, 1023, 1536, 5 * 1024 ** 3].map(formatBytes), ['0 B', '1023 B', '1.5 KiB', '5.0 GiB']);
    assert.deepEqual([0.25, 59.4, 61, 7265].map(formatDuration), ['0.3 s', '59 s', '1:01', '2:01:05']);
    assert.deepEqual([formatCountOf(1, 'row'), formatCountOf(1200, 'row')], ['1 row', '1,200 rows']);
  });
});
