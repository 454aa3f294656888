import assert from 'node:assert/strict';
import { SeededRandom } from '../../../harness/seeded-random.ts';
import { checkLinearizable } from './linearizability.ts';
import { applyCall, type RegisterCall } from './register-history.ts';

const call = (
  kind: RegisterCall['kind'],
  value: number | null,
  [calledAt, answeredAt]: [number, number],
  more: Partial<RegisterCall> = {},
): RegisterCall => ({
  kind,
  value,
  outcome: 'done',
  calledAt,
  answeredAt,
  ...more,
});
const isLinearizable = (...calls: RegisterCall[]) => checkLinearizable(calls).isLinearizable;

describe('linearizability of one document', () => {
  it('holds where calls at the same time can be put in order', () => {
    assert.ok(isLinearizable());
    assert.ok(isLinearizable(call('write', 1, [0, 10]), call('read', null, [1, 2]), call('read', 1, [3, 4])));
    assert.ok(
      isLinearizable(
        call('write', 1, [0, 1]),
        call('exchange', 2, [2, 9], { expected: 1 }),
        call('exchange', 3, [2, 9], { expected: 1, outcome: 'refused' }),
        call('read', 2, [3, 4]),
      ),
    );
  });

  it('fails for a read that goes back', () => {
    assert.ok(!isLinearizable(call('write', 1, [0, 10]), call('read', 1, [1, 2]), call('read', null, [3, 4])));
  });

  it('fails for a stale read', () => {
    assert.ok(!isLinearizable(call('write', 1, [0, 1]), call('read', null, [2, 3])));
  });

  it('fails for two exchanges of the same value, and for one that was refused without a reason', () => {
    const exchange = (value: number) => call('exchange', value, [2, 9], { expected: 1 });
    assert.ok(!isLinearizable(call('write', 1, [0, 1]), exchange(2), exchange(3)));
    assert.ok(!isLinearizable(call('write', 1, [0, 1]), { ...exchange(2), outcome: 'refused' }));
  });

  it('lets a call without an answer happen at any time later, or never', () => {
    const unknown = call('write', 1, [0, 1], { outcome: 'unknown' });
    assert.ok(isLinearizable(unknown, call('read', null, [2, 3]), call('read', 1, [4, 5])));
    assert.ok(isLinearizable(unknown, call('read', null, [2, 3])));
    assert.ok(!isLinearizable(unknown, call('read', 1, [2, 3]), call('read', null, [4, 5])));
  });

  it('accepts what a register has really done, and finds one value exchanged', () => {
    const random = SeededRandom.fromEnvironment();
    for (let round = 0; round < 40; round++) {
      const calls = randomRun(random);
      assert.ok(checkLinearizable(calls).isLinearizable, `seed ${random.seed}`);
      const reads = calls.flatMap(({ kind }, at) => (kind === 'read' ? [at] : []));
      const at = random.pick(reads);
      const wrong = calls.map((one, index) => (index === at ? { ...one, value: 1_000_000 } : one));
      assert.ok(!checkLinearizable(wrong).isLinearizable, `seed ${random.seed}`);
    }
  });
});

/** Calls of eight clients on a register; each has its effect at a moment between call and answer. */
function randomRun(random: SeededRandom): RegisterCall[] {
  const planned = Array.from({ length: 200 }, (_, at) => {
    const effectAt = at * 10 + random.below(10);
    const [calledAt, answeredAt] = [effectAt - 1 - random.below(60), effectAt + 1 + random.below(60)];
    return { kind: random.pick(['read', 'write', 'exchange'] as const), calledAt, answeredAt, effectAt };
  });
  let value: number | null = null;
  let next = 0;
  return planned.map(({ kind, calledAt, answeredAt }) => {
    const expected = random.below(3) === 0 ? -1 : value;
    const base = { kind, expected, calledAt, answeredAt };
    const done: RegisterCall = { ...base, value: kind === 'read' ? value : ++next, outcome: 'done' };
    const after = applyCall(value, done);
    if (after === undefined) return { ...done, outcome: 'refused' };
    value = after;
    return done;
  });
}
