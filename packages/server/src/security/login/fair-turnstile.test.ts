import assert from 'node:assert/strict';
import { FairTurnstile } from './fair-turnstile.ts';

describe('FairTurnstile', () => {
  /** Work that ends when it is told to. */
  function gate() {
    const open: (() => void)[] = [];
    const order: string[] = [];
    const turnstile = new FairTurnstile({ atOnce: 1, waitingMax: { lane: 3, all: 5 }, what: 'guests' });
    const pass = (lane: string, name: string) =>
      turnstile.pass(lane, () => {
        order.push(name);
        return new Promise<void>((resolve) => open.push(resolve));
      });
    return { open, order, pass };
  }

  it('lets lanes take turns, however many wait in one of them', async () => {
    const { open, order, pass } = gate();
    const passing = [pass('a', 'a1'), pass('a', 'a2'), pass('a', 'a3'), pass('a', 'a4'), pass('b', 'b1')];
    for (let i = 0; i < passing.length; i++) {
      open[i]!();
      await new Promise(setImmediate);
    }
    await Promise.all(passing);
    assert.deepEqual(order, ['a1', 'a2', 'b1', 'a3', 'a4']);
  });

  it('turns away whom a lane, or all of them, have no room for', async () => {
    const { open, pass } = gate();
    const passing = [pass('a', 'a1'), ...['a2', 'a3', 'a4'].map((name) => pass('a', name))];
    await assert.rejects(pass('a', 'a5'), { code: 'overloaded', retryable: true, details: { limit: 3 } });
    passing.push(pass('b', 'b1'), pass('c', 'c1'));
    await assert.rejects(pass('d', 'd1'), { code: 'overloaded', details: { limit: 5 } });
    for (let i = 0; i < passing.length; i++) {
      open[i]!();
      await new Promise(setImmediate);
    }
    await Promise.all(passing);
  });
});
