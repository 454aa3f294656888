import assert from 'node:assert/strict';
import fc from 'fast-check';
import { call, problemOf } from '../call-native.ts';

describe('native time functions', () => {
  it('write moments by every directive', () => {
    const moment = 1700000000.25; // a Tuesday, 14 November 2023, 22:13:20
    for (const [format, expected] of [
      ['%Y-%m-%d %H:%M:%S', '2023-11-14 22:13:20'],
      ['%y %C %b %B %h', '23 20 Nov November Nov'],
      ['%e|%-d|%_d|%05d', undefined],
      ['%a %A %w %u', 'Tue Tuesday 2 2'],
      ['%j %U %W %V %G %g', '318 46 46 46 2023 23'],
      ['%I %l %p %P %k', '10 10 PM pm 22'],
      ['%D %x %F %v', '11/14/23 11/14/23 2023-11-14 14-Nov-2023'],
      ['%R %T %X %r', '22:13 22:13:20 22:13:20 10:13:20 PM'],
      ['%f %.f %.3f %3f %.6f %.9f', '250000000 .250 .250 250 .250000 .250000000'],
      ['%z %:z %::z %#z %Z', '+0000 +00:00 +00:00:00 +00 UTC'],
      ['%s %% %n%t', '1700000000 % \n\t'],
      ['%c', 'Tue Nov 14 22:13:20 2023'],
      ['%+', '2023-11-14T22:13:20.250+00:00'],
    ] as const) {
      if (expected !== undefined) assert.equal(call('time.format', moment, format), expected, format);
    }
    assert.equal(call('time.format', 86400 * 4, '%e|%-d|%_d|%d'), ' 5|5| 5|05');
  });

  it('number weeks as ISO 8601 does', () => {
    for (const [day, week] of [
      ['2020-12-31', '2020-53'],
      ['2021-01-03', '2020-53'],
      ['2021-01-04', '2021-01'],
      ['2018-12-31', '2019-01'],
      ['2000-02-29', '2000-09'],
    ]) {
      assert.equal(call('time.format', call('time.parse', `${day}T12:00:00Z`), '%G-%V'), week, day);
    }
  });

  it('refuse directives that there are none of, and moments beyond the calendar', () => {
    for (const format of ['%Q', '%!', '%', '%4f', 'x%'])
      assert.match(problemOf('time.format', 0, format), /^Invalid format/);
    for (const moment of [1e20, -1e20, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.match(problemOf('time.format', moment, '%Y'), /^(?:Invalid timestamp|bad argument)/);
    }
    assert.equal(problemOf('time.format', 0, '%c'.repeat(10_000)), 'Invalid format: too long');
  });

  it('read what they write', () => {
    const moments = fc.integer({ min: -60_000_000_000, max: 250_000_000_000 });
    fc.assert(
      fc.property(moments, (moment) => {
        assert.equal(call('time.parse', call('time.iso', moment)), moment);
        for (const format of ['%d.%m.%Y %H:%M:%S', '%j of %Y, %T', '%G-W%V-%u %X', '%c', '%v %r', '%+']) {
          assert.equal(call('time.parse', call('time.format', moment, format), format), moment, format);
        }
      }),
    );
    for (const moment of [1.5, 0.001, -0.5, -1.25]) assert.equal(call('time.parse', call('time.iso', moment)), moment);
  });

  it('read other forms', () => {
    for (const [text, format, expected] of [
      ['Tue, 14 Nov 2023 10:13:20 PM +0100', '%a, %d %b %Y %I:%M:%S %p %z', 1699996400],
      ['14/11/23', '%d/%m/%y', 1699920000],
      ['70', '%y', 0],
      ['1700000000', '%s', 1700000000],
      ['20231114T221320.5', '%Y%m%dT%H%M%S%.f', 1700000000.5],
      ['november 2023', '%B %Y', 1698796800],
      ['100%', '100%%', 0],
      ['2024-366', '%Y-%j', 1735603200],
      ['2020-W53-7', '%G-W%V-%u', 1609632000],
      ['2021-W01', '%G-W%V', 1609718400],
      ['1.250', '%s.%3f', 1.25],
      ['Sun 47', '%a %U', 0],
    ] as const) {
      assert.equal(call('time.parse', text, format), expected, format);
    }
    for (const [text, format] of [
      ['x', '%Y'],
      ['2023x', '%Y'],
      ['31.02.2023', '%d.%m.%Y'],
      ['25', '%H'],
      ['5', '%Q'],
      ['2023-366', '%Y-%j'],
      ['2021-W53-1', '%G-W%V-%u'],
      ['1.25', '%s.%3f'],
      ['1'.repeat(500), '%Y'.repeat(200)],
    ]) {
      assert.match(problemOf('time.parse', text, format), /^Parse error: /, format);
    }
    for (const text of [
      'yesterday',
      '2023-02-30T00:00:00Z',
      '2023-01-01',
      '2023-01-01T24:00:00Z',
      '2023-01-01T00:00:00',
    ]) {
      assert.match(problemOf('time.parse', text), /^Parse error: /, text);
    }
  });

  it('count on', () => {
    assert.equal(call('time.add', 100, 5), 105);
    assert.equal(call('time.add', 100, 1500, 'ms'), 101.5);
    assert.equal(call('time.subtract', 86400, 1, 'd'), 0);
    assert.equal(problemOf('time.add', 1, 1, 'week'), 'Unknown unit: week');
    assert.equal(call('time.diff', 40, 100), -60);
    assert.deepEqual(
      [0, 3, 4].map((day) => call('time.weekday', day * 86400)),
      [4, 7, 1],
    );
  });

  it('tell the time alike', () => {
    const now = call('time.now') as number;
    assert.ok(Math.abs(now - Date.now() / 1000) < 1);
    assert.ok(Math.abs(Number(call('time.now_ns') as bigint) / 1e9 - now) < 1);
    assert.equal(call('time.year'), new Date().getUTCFullYear());
  });
});
