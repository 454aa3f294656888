import assert from 'node:assert/strict';
import fc from 'fast-check';
import { call } from '../testing/call.ts';
import { addMonths, calendarFields, dayOfYear, isoWeek } from './calendar.ts';
import { addToDate, truncateDate } from './date-arithmetic.ts';
import { daysInMonth, utcMilliseconds } from './gregorian.ts';
import { parseDate } from './parse-date.ts';
import { TimeZone } from './time-zone.ts';

const HOUR_MS = 3_600_000;

/** Moments from 1900 to 2100. */
const anyMoment = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2100, 0, 1) });

/** Zones whose clocks change in different ways: by half an hour, at midnight, by a day, in history. */
const anyZone = fc.constantFrom(
  ...'UTC Europe/Paris America/New_York Australia/Lord_Howe America/Sao_Paulo Pacific/Apia Asia/Kathmandu Africa/Casablanca Asia/Kolkata'.split(
    ' ',
  ),
);

const zone = (name: string) => TimeZone.named(name)!;

describe('dates', () => {
  it('are read from ISO 8601 text as JavaScript writes it', () =>
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        assert.equal(parseDate(date.toISOString()), date.getTime());
      }),
    ));

  it('are read in all the forms that people write', () => {
    const noon = Date.UTC(2024, 1, 29, 12);
    for (const text of [
      '2024-02-29T12:00:00Z',
      '2024-02-29 12:00:00',
      '2024-02-29t12:00z',
      '2024-02-29T14:00:00.000+02:00',
      '2024-02-29T12:00',
      '2024-02-29T06:30:00-0530',
    ]) {
      assert.equal(parseDate(text), noon, text);
    }
    assert.equal(parseDate('2024-01-01T00:00:00.123456789Z'), Date.UTC(2024, 0, 1) + 123);
    assert.equal(parseDate('2016-12-31T23:59:60Z'), Date.UTC(2017, 0, 1), 'a leap second');
    assert.equal(parseDate('0099-01-01'), new Date('0099-01-01T00:00:00Z').getTime(), 'a year of two digits is itself');
  });

  it('are not read from what is no date', () => {
    for (const text of [
      '',
      'now',
      '2024',
      '2024-13-01',
      '2023-02-29',
      '2024-01-32',
      '2024-01-01T24:00:00Z',
      '2024-01-01T00:60Z',
      '30/12/2024',
      '2024-1-1',
      '2024-01-01T00:00:00+25:00',
      '2024-01-01junk',
    ]) {
      assert.equal(parseDate(text), undefined, text);
    }
    assert.equal(parseDate(9e15), undefined, 'beyond the range of dates');
  });

  it('have the ISO weeks that the standard gives', () => {
    const weeks = {
      '2005-01-01': [2004, 53],
      '2007-12-31': [2008, 1],
      '2010-01-03': [2009, 53],
      '2020-12-31': [2020, 53],
    };
    for (const [day, [year, week]] of Object.entries(weeks)) assert.deepEqual(isoWeek(parseDate(day)!), { year, week });
  });

  it('have days of the year that end with the length of the year', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), (year) => {
        const days = Array.from({ length: 12 }, (_, month) => daysInMonth(year, month + 1)).reduce((a, b) => a + b);
        const last = new Date(0);
        last.setUTCFullYear(year, 11, 31);
        assert.equal(dayOfYear(last.getTime()), days);
      }),
    ));
});

describe('calendar arithmetic', () => {
  it('counts days as JavaScript does', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: -9999, max: 20_000 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 28 }),
        (year, month, day) => {
          assert.equal(utcMilliseconds(year, month, day), new Date(0).setUTCFullYear(year, month - 1, day));
        },
      ),
    ));

  it('clamps to the end of the month and keeps the time of day', () => {
    const start = Date.UTC(2024, 0, 31, 13, 45, 0, 7);
    assert.equal(addMonths(start, 1), Date.UTC(2024, 1, 29, 13, 45, 0, 7));
    assert.equal(addMonths(start, -2), Date.UTC(2023, 10, 30, 13, 45, 0, 7));
    assert.equal(addMonths(start, 13), Date.UTC(2025, 1, 28, 13, 45, 0, 7));
  });

  it('lands in the month that was asked for', () =>
    fc.assert(
      fc.property(anyMoment, fc.integer({ min: -2400, max: 2400 }), (ms, months) => {
        const [before, after] = [calendarFields(ms), calendarFields(addMonths(ms, months))];
        assert.equal((after.year - before.year) * 12 + after.month - before.month, months);
        assert.equal(after.day, Math.min(before.day, daysInMonth(after.year, after.month)));
      }),
    ));

  it('never fails, whatever the clocks of the zone do, and truncates to what came before', () =>
    fc.assert(
      fc.property(anyMoment, anyZone, fc.integer({ min: -50, max: 50 }), (ms, name, amount) => {
        for (const unit of ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const) {
          assert.ok(Number.isInteger(addToDate(ms, amount, unit, zone(name))));
          const truncated = truncateDate(ms, unit, zone(name));
          assert.ok(truncated <= ms, `${unit} in ${name}`);
          assert.equal(truncateDate(truncated, unit, zone(name)), truncated, `twice: ${unit} in ${name}`);
        }
      }),
      { numRuns: 300 },
    ));

  it('adds what DATE_SUBTRACT takes away, for units of one length', () =>
    fc.assert(
      fc.property(
        anyMoment,
        fc.integer({ min: -1e6, max: 1e6 }),
        fc.constantFrom('w', 'd', 'h', 'i', 's', 'f'),
        (ms, n, unit) => {
          const later = call('DATE_ADD', [ms, n, unit]);
          assert.equal(call('DATE_SUBTRACT', [later, n, unit]), new Date(ms).toISOString());
          assert.equal(call('DATE_DIFF', [ms, later, unit]), n);
        },
      ),
    ));
});

describe('time zones', () => {
  it('lead from the wall clock back to the moment, or to its twin an hour before', () =>
    fc.assert(
      fc.property(anyMoment, anyZone, (ms, name) => {
        const back = zone(name).fromLocal(zone(name).toLocal(ms));
        assert.equal(zone(name).toLocal(back), zone(name).toLocal(ms));
        assert.ok(back <= ms, 'of two moments the earlier');
      }),
    ));

  it('move a skipped time forward by the gap and take the earlier of a doubled one', () => {
    const newYork = zone('America/New_York');
    assert.equal(newYork.fromLocal(Date.UTC(2024, 2, 10, 2, 30)), Date.UTC(2024, 2, 10, 7, 30));
    assert.equal(newYork.fromLocal(Date.UTC(2024, 10, 3, 1, 30)), Date.UTC(2024, 10, 3, 5, 30));
    const apia = zone('Pacific/Apia');
    assert.equal(
      apia.toLocal(apia.fromLocal(Date.UTC(2011, 11, 30, 12))),
      Date.UTC(2011, 11, 31, 12),
      'a whole day is gone',
    );
  });

  it('show a date still in the last hours that there are', () => {
    const paris = zone('Europe/Paris');
    assert.equal(paris.toLocal(8.64e15), 8.64e15);
    assert.equal(zone('America/New_York').toLocal(-8.64e15), -8.64e15);
    assert.equal(paris.toLocal(8.64e15 - 7_200_000), 8.64e15);
  });

  it('have offsets that agree with the remembered day', () =>
    fc.assert(
      fc.property(anyMoment, anyZone, (ms, name) => {
        const day = Math.floor(ms / (24 * HOUR_MS)) * 24 * HOUR_MS;
        for (let hour = 0; hour < 24; hour++) {
          const moment = day + hour * HOUR_MS;
          const parts = new Intl.DateTimeFormat('en-US', {
            timeZone: name,
            hour: 'numeric',
            hourCycle: 'h23',
          }).formatToParts(moment);
          const shown = Number(parts.find(({ type }) => type === 'hour')!.value);
          assert.equal(calendarFields(zone(name).toLocal(moment)).hour, shown);
        }
      }),
      { numRuns: 20 },
    ));

  it('are known by their names in the database, with their capitals', () => {
    for (const name of ['US/Eastern', 'Etc/GMT+5', 'Asia/Kolkata', 'Asia/Calcutta', 'GMT'])
      assert.ok(TimeZone.named(name), name);
    for (const name of ['Mars/Base', 'europe/paris', 'utc', '+01:00', '', 'Europe/Paris\0'])
      assert.equal(TimeZone.named(name), undefined, name);
  });

  it('are abbreviated as in the database', () => {
    const summer = Date.UTC(2024, 6, 1);
    const names = {
      'Europe/Paris': 'CEST',
      'Asia/Tokyo': 'JST',
      'America/Sao_Paulo': '-03',
      'Asia/Kathmandu': '+0545',
      UTC: 'UTC',
      GMT: 'GMT',
      'Europe/London': 'BST',
    };
    for (const [name, abbreviation] of Object.entries(names))
      assert.equal(zone(name).abbreviationAt(summer), abbreviation);
  });
});

describe('DATE_FORMAT', () => {
  const format = (directives: string, date: string | number = '2024-03-05T07:08:09.123Z', zoneName?: string) =>
    call('DATE_FORMAT', zoneName === undefined ? [date, directives] : [date, directives, zoneName]);

  it('knows the directives of strftime', () => {
    assert.equal(format('%y %C %G %g %V %U %W %u %w %j %q'), '24 20 2024 24 10 09 10 2 2 065 1');
    assert.equal(format('%a %A %b %B %h %e %k %l %I %p %P'), 'Tue Tuesday Mar March Mar  5  7  7 07 AM am');
    assert.equal(format('%f|%.f|%.3f|%.6f|%9f|%s'), '123000000|.123|.123|.123000|123000000|1709622489');
    assert.equal(format('%-d/%-m %_d %0e %-H %n%t%%'), '5/3  5 05 7 \n\t%');
    assert.equal(format('%Z %z %:z %::z', 0, 'Asia/Kolkata'), 'IST +0530 +05:30 +05:30:00');
    for (const [zone, abbreviations] of Object.entries({
      'America/Mazatlan': 'MST MDT',
      'Europe/Minsk': '+03 +03',
      'Asia/Colombo': '+0530 +0530',
      'Africa/Casablanca': '+01 +01',
      'Antarctica/Troll': '+00 +02',
      'Europe/Paris': 'CET CEST',
    })) {
      const [winter, summer] = ['2019-01-15T00:00:00Z', '2019-07-15T00:00:00Z'].map((date) => Date.parse(date));
      assert.equal(`${format('%Z', winter, zone)} ${format('%Z', summer, zone)}`, abbreviations, zone);
    }
    assert.equal(format('%I %p', '2024-01-01T00:30:00Z'), '12 AM');
  });

  it('writes what DATE_TIMESTAMP reads', () =>
    fc.assert(
      fc.property(anyMoment, anyZone, (ms, name) => {
        const offset = TimeZone.named(name)!.offsetAt(ms);
        fc.pre(offset % 60_000 === 0); // text has no seconds of an offset, as zones had before 1972
        assert.equal(call('DATE_TIMESTAMP', [call('DATE_FORMAT', [ms, '%+', name])]), ms);
      }),
    ));

  it('refuses what is no directive', () => {
    for (const directives of ['%Q', '100%', '%5', '%-%', '%_a', '%.5f', '%é']) {
      assert.throws(() => format(directives), /DATE_FORMAT: unknown directive/, directives);
    }
  });
});
