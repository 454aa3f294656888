import assert from 'node:assert/strict';
import { FairTurns } from './fair-turns.ts';

describe('FairTurns', () => {
  it('lets users take turns when a turn has used up its time, and gives everybody else a turn in between', async () => {
    const turns = new FairTurns(10);
    assert.equal(turns.hasTime, true);
    turns.spent(1_000);
    assert.equal(turns.hasTime, false);
    const order: string[] = [];
    const query = (user: string) =>
      new Promise<void>((resolve) =>
        turns.wait(user, () => {
          order.push(user);
          turns.spent(1_000);
          resolve();
        }),
      );
    const waiting = [query('ann'), query('ann'), query('ann'), query('bob')];
    setImmediate(() => order.push('others'));
    await Promise.all(waiting);
    assert.deepEqual(order.slice(0, 3), ['ann', 'others', 'bob']);
    assert.deepEqual(order.slice(3), ['ann', 'ann']);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    assert.equal(turns.hasTime, true);
  });

  it('takes what is owed from the next turns, but not from more than a few', async () => {
    const turns = new FairTurns(10);
    turns.owes(1_000);
    let passed = 0;
    let isDone = false;
    const count = () => {
      if (isDone) return;
      passed++;
      setImmediate(count);
    };
    setImmediate(count);
    await new Promise<void>((resolve) => turns.wait('ann', resolve));
    isDone = true;
    assert.ok(passed >= 3 && passed <= 5, `${passed} turns`);
    assert.equal(turns.totalMs, 1_000);
  });
});
