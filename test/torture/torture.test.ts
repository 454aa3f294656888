import assert from 'node:assert/strict';
import { badConnections } from './bad-connections.ts';
import { delayedFlush } from './delayed-flush.ts';
import { flippedBits } from './flipped-bits.ts';
import { fullDisk } from './full-disk.ts';
import { jobs } from './jobs.ts';
import { killCycles } from './kill-cycles.ts';
import type { Attack } from './kit/attack.ts';
import { runAttack } from './kit/run-attack.ts';
import { powerCut } from './power-cut.ts';
import { triggers } from './triggers.ts';

/** A taste of the attacks in the everyday tests; `npx pnpm@12 torture` runs all of them for longer. */
const TASTES: readonly (readonly [attack: Attack, cycles: number])[] = [
  [killCycles, 3],
  [powerCut, 6],
  [delayedFlush, 400],
  [fullDisk, 1],
  [flippedBits, 15],
  [badConnections, 200],
  [jobs, 1],
  [triggers, 1],
];

describe('a server under attack', function () {
  this.timeout(600_000);
  for (const [attack, cycles] of TASTES) {
    it(`${attack.name}: ${attack.promise}`, async function () {
      const { verdict, reason } = await runAttack(attack, { cycles });
      if (verdict === 'skipped') this.skip();
      assert.equal(verdict, 'held', reason);
    });
  }
});
