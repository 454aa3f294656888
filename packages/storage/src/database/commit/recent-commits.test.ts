import assert from 'node:assert/strict';
import { REMEMBERED_CHANGES_MAX, RecentCommits } from './recent-commits.ts';

describe('the table of recent commits', () => {
  it('tells what was changed since a state, by collection', () => {
    const recent = new RecentCommits();
    recent.begin(10);
    recent.note(1, 'a', 11);
    recent.note(1, 'b', 12);
    assert.deepEqual(
      [10, 11, 12].map((lsn) => recent.changedSince(1, 'a', lsn)),
      [true, false, false],
    );
    assert.equal(recent.changedSince(2, 'a', 10), false);
    assert.deepEqual([...recent.changesSince(1, 10)!].sort(), ['a', 'b']);
    assert.deepEqual([...recent.changesSince(1, 11)!], ['b']);
  });

  it('keeps a change as long as somebody reads an older state', () => {
    const recent = new RecentCommits();
    recent.begin(10);
    recent.note(1, 'a', 11);
    recent.begin(11);
    recent.note(1, 'b', 12);
    recent.note(1, 'a', 13);
    recent.end(10);
    assert.equal(recent.size, 2);
    assert.equal(recent.changedSince(1, 'a', 11), true);
    assert.equal(recent.changedSince(1, 'b', 11), true);
    recent.end(11);
    assert.equal(recent.size, 0);
    assert.equal(recent.isWatched, false);
  });

  it('stays within its bound, and says when it no longer knows', () => {
    const recent = new RecentCommits();
    recent.begin(0);
    for (let lsn = 1; lsn <= 2 * REMEMBERED_CHANGES_MAX; lsn++) recent.note(1, `k${lsn}`, lsn);
    assert.ok(recent.size <= REMEMBERED_CHANGES_MAX);
    assert.equal(recent.changedSince(1, 'k1', 0), undefined);
    assert.equal(recent.changesSince(1, 0), undefined);
    const newest = 2 * REMEMBERED_CHANGES_MAX;
    assert.equal(recent.changedSince(1, `k${newest}`, newest - 1), true);
    assert.equal(recent.changedSince(1, 'k1', newest - 1), false);
  });
});
