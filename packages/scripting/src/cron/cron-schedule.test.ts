import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CronSchedule } from './cron-schedule.ts';
import { TimeZone } from './time-zone.ts';

const at = (text: string) => Date.parse(text);
const times = (expression: string, zone: string, from: string, count: number) =>
  new CronSchedule(expression, zone).upcoming(at(from), count).map((ms) => new Date(ms).toISOString().slice(0, 19));

describe('CronSchedule', () => {
  it('takes five fields, six with seconds in front, and shorthands', () => {
    assert.deepEqual(times('30 2 * * *', 'UTC', '2026-01-01T00:00:00Z', 2), [
      '2026-01-01T02:30:00',
      '2026-01-02T02:30:00',
    ]);
    assert.deepEqual(times('*/20 0 0 1 * *', 'UTC', '2026-01-01T00:00:20Z', 2), [
      '2026-01-01T00:00:40',
      '2026-02-01T00:00:00',
    ]);
    assert.deepEqual(times('@daily', 'UTC', '2026-01-01T00:00:00Z', 1), ['2026-01-02T00:00:00']);
    assert.deepEqual(times('0 9 * * MON-FRI', 'UTC', '2026-11-20T10:00:00Z', 1), ['2026-11-23T09:00:00']);
    assert.deepEqual(times('0 0 29 2 *', 'UTC', '2026-01-01T00:00:00Z', 1), ['2028-02-29T00:00:00']);
  });

  it('counts the days of the week from Sunday, from 1 where seconds stand in front', () => {
    const day = (expression: string) =>
      new Date(new CronSchedule(expression).next(at('2026-11-21T12:00:00Z'))).getUTCDay();
    assert.deepEqual(['0 9 * * 0', '0 9 * * 1', '0 9 * * 7'].map(day), [0, 1, 0]);
    assert.deepEqual(
      ['0 0 9 * * 1', '0 0 9 * * 2', '0 0 9 * * 7', '0 0 9 * * 3-7/2', '0 0 9 * * 6L'].map(day),
      [0, 1, 6, 2, 5],
    );
    assert.deepEqual(['0 0 9 * * Sun', '0 0 9 * * TUE-FRI', '0 0 9 ? * 4#2'].map(day), [0, 2, 3]);
    // Who begins with 0 counts as five fields do.
    assert.deepEqual(['0 0 9 * * 0', '0 0 9 * * 0,6', '0 0 9 * * 0-6/4'].map(day), [0, 0, 0]);
    assert.equal(times('0 0 9 * * 0,6', 'UTC', '2026-11-22T12:00:00Z', 1)[0], '2026-11-28T09:00:00');
    for (const text of ['0 0 9 * * 8', '0 0 9 * * 0,8', '0 9 * * 8']) {
      assert.throws(() => new CronSchedule(text), { code: 'invalid_argument' }, text);
    }
  });

  it('takes a year behind six fields, and ends with it', () => {
    assert.deepEqual(times('0 0 12 1 1 * 2030', 'UTC', '2026-01-01T00:00:00Z', 3), ['2030-01-01T12:00:00']);
    assert.deepEqual(times('0 30 23 31 12 ? 2027,2029-2030', 'Europe/Berlin', '2026-01-01T00:00:00Z', 9), [
      '2027-12-31T22:30:00',
      '2029-12-31T22:30:00',
      '2030-12-31T22:30:00',
    ]);
    assert.deepEqual(times('0 0 0 1 JAN * */2', 'UTC', '2026-06-01T00:00:00Z', 2), [
      '2028-01-01T00:00:00',
      '2030-01-01T00:00:00',
    ]);
    assert.deepEqual(times('0 0 * * * * 2026', 'UTC', '2026-12-31T22:30:00Z', 5), ['2026-12-31T23:00:00']);
    assert.equal(new CronSchedule('0 0 0 1 1 * 1999').next(at('2026-01-01T00:00:00Z')), Number.POSITIVE_INFINITY);
  });

  it('refuses what is no expression, no zone, or no day', () => {
    for (const text of [
      '',
      'every day',
      '1 2 3',
      '99 * * * *',
      '* * * * * * * *',
      '* * * * * * 26',
      '* * * * * * 2030-2020',
      '* * * * * * 2030/0',
      '@sometimes',
      '0 0 30 2 *',
      '*'.repeat(2_000),
    ])
      assert.throws(() => new CronSchedule(text), { code: 'invalid_argument' }, text);
    assert.throws(() => new CronSchedule('* * * * *', 'Mars/Olympus'), { code: 'invalid_argument' });
  });

  it('runs what is due in the hour left out as it ends, and what is due in the hour that comes twice once', () => {
    assert.deepEqual(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2), [
      '2026-03-29T01:00:00',
      '2026-03-30T00:30:00',
    ]);
    assert.deepEqual(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2), [
      '2026-10-25T00:30:00',
      '2026-10-26T01:30:00',
    ]);
    assert.deepEqual(times('30 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', 2), [
      '2026-03-08T07:00:00',
      '2026-03-09T06:30:00',
    ]);
    assert.deepEqual(times('30 1 * * *', 'America/New_York', '2026-10-31T12:00:00Z', 2), [
      '2026-11-01T05:30:00',
      '2026-11-02T06:30:00',
    ]);
    assert.deepEqual(times('0 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00:00Z', 1), ['2026-10-03T15:30:00']);
  });

  it('goes on through the change what is due in every hour', () => {
    assert.deepEqual(times('30 * * * *', 'Europe/Berlin', '2026-10-24T23:45:00Z', 4), [
      '2026-10-25T00:30:00',
      '2026-10-25T01:30:00',
      '2026-10-25T02:30:00',
      '2026-10-25T03:30:00',
    ]);
    assert.deepEqual(times('*/30 * * * *', 'Europe/Berlin', '2026-03-29T00:15:00Z', 4), [
      '2026-03-29T00:30:00',
      '2026-03-29T01:00:00',
      '2026-03-29T01:30:00',
      '2026-03-29T02:00:00',
    ]);
  });

  it('gives each day of a daily time exactly one run, whatever the zone and the day', () => {
    const zones = [
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'America/Sao_Paulo',
      'Asia/Kolkata',
      'Africa/Cairo',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: 2010, max: 2030 }),
        (zone, hour, minute, year) => {
          const schedule = new CronSchedule(`${minute} ${hour} * * *`, zone);
          const wall = new TimeZone(zone);
          const runs = schedule.upcoming(Date.UTC(year, 0, 1), 366);
          const days = runs.map((run) => Math.floor(wall.wallAt(run) / 86_400_000));
          for (let i = 1; i < days.length; i++)
            assert.equal(days[i]! - days[i - 1]!, 1, new Date(runs[i]!).toISOString());
        },
      ),
      { numRuns: 40 },
    );
  });
});
