import assert from 'node:assert/strict';
import type { RunRecord } from './run-record.ts';
import type { ScriptLanguage } from './script-run.ts';
import { WaitingRuns } from './waiting-runs.ts';

const run = (id: number, language: ScriptLanguage) => ({ id, run: { source: { language } } }) as unknown as RunRecord;

describe('runs that wait for a place', () => {
  const records = [run(1, 'lua'), run(2, 'javascript'), run(3, 'lua'), run(4, 'javascript')] as const;
  let waiting: WaitingRuns;
  beforeEach(() => {
    waiting = new WaitingRuns();
    for (const record of records) waiting.add(record);
  });
  const taken = (...except: ScriptLanguage[]): number[] => {
    const ids: number[] = [];
    const left = new Set(except);
    for (let next = waiting.oldest(left); next !== undefined; next = waiting.oldest(left)) {
      ids.push(next.id);
      assert.ok(waiting.delete(next));
    }
    return ids;
  };

  it('go in the order in which they came, whatever their language', () => {
    assert.equal(waiting.size, 4);
    assert.deepEqual(taken(), [1, 2, 3, 4]);
    assert.equal(waiting.size, 0);
  });

  it('let others pass for whose language there is room', () => {
    assert.deepEqual(taken('lua'), [2, 4]);
    assert.deepEqual(taken('lua', 'javascript'), []);
    assert.deepEqual(taken(), [1, 3]);
  });

  it('leave the line once, and go to its end when they come again', () => {
    assert.deepEqual([waiting.delete(records[0]), waiting.delete(records[0])], [true, false]);
    waiting.add(records[0]);
    assert.deepEqual(new Set(waiting.all()), new Set(records));
    assert.deepEqual(taken(), [2, 3, 4, 1]);
  });
});
