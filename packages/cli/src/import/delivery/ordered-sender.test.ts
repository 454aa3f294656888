import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { OrderedSender } from './ordered-sender.ts';

describe('OrderedSender', () => {
  it('settles in order, never has too many under way, and settles nothing behind a failure', async () => {
    const task = fc.record({ turns: fc.nat(5), fails: fc.nat(9).map((number) => number === 0) });
    await fc.assert(
      fc.asyncProperty(fc.array(task), fc.integer({ min: 1, max: 4 }), async (tasks, inFlightMax) => {
        let running = 0;
        const settled: number[] = [];
        const sender = new OrderedSender<number, number>({
          inFlightMax,
          run: async (index) => {
            assert(++running <= inFlightMax);
            for (let turn = 0; turn < tasks[index].turns; turn++) await sleep(0);
            running--;
            if (tasks[index].fails) throw new Error(`task ${index}`);
            return index * 2;
          },
          settle: (index, result) => {
            assert.equal(result, index * 2);
            settled.push(index);
          },
        });
        const failed = tasks.findIndex(({ fails }) => fails);
        try {
          for (const index of tasks.keys()) await sender.submit(index);
          await sender.drain();
          assert.equal(failed, -1);
        } catch (error) {
          assert.equal((error as Error).message, `task ${failed}`);
        }
        await sender.settled();
        assert.deepEqual(settled, [...tasks.keys()].slice(0, failed < 0 ? tasks.length : failed));
      }),
      { numRuns: 50 },
    );
  });
});
