import assert from 'node:assert/strict';
import type { AnomalyKind } from './anomaly.ts';
import { checkHistory } from './check-history.ts';
import type { History, Level, Operation, RecordedTransaction } from './history.ts';

const append = (key: number, value: number): Operation => ({ kind: 'append', key, value });
const read = (key: number, ...list: number[]): Operation => ({ kind: 'read', key, list });
const scan = (keys: number[], found: Record<number, number[]>): Operation => ({
  kind: 'scan',
  keys,
  found: new Map(Object.entries(found).map(([key, list]) => [Number(key), list])),
});

/** Transactions that were all open at the same time, unless times are given. */
function history(...operations: (Operation[] | Partial<RecordedTransaction>)[]): History {
  return operations.map((one) => {
    const given = Array.isArray(one) ? { operations: one } : one;
    return { level: 'serializable', outcome: 'committed', begunAt: 0, endedAt: 100, operations: [], ...given };
  });
}

const afterwards = (...operations: Operation[]) => ({ operations, begunAt: 200, endedAt: 300 });
const aborted = (...operations: Operation[]) => ({ operations, outcome: 'aborted' as const });
const at = (level: Level, ...operations: Operation[]) => ({ level, operations });
const kinds = (of: History, strict = true): AnomalyKind[] => [
  ...new Set(checkHistory(of, { strict }).map(({ kind }) => kind)),
];
const finds = (kind: AnomalyKind, of: History) => assert.ok(kinds(of).includes(kind), `${kinds(of)}`);

describe('the checker of histories', () => {
  it('finds nothing in a serial history', () => {
    const serial = history(
      { operations: [append(1, 1), append(2, 2)], begunAt: 0, endedAt: 1 },
      { operations: [read(1, 1), append(1, 3), read(1, 1, 3)], begunAt: 2, endedAt: 3 },
      { ...aborted(read(2, 2), append(2, 4)), begunAt: 4, endedAt: 5 },
      { operations: [scan([1, 2, 3], { 1: [1, 3], 2: [2] }), append(3, 5)], begunAt: 6, endedAt: 7 },
      afterwards(scan([1, 2, 3], { 1: [1, 3], 2: [2], 3: [5] })),
    );
    assert.deepEqual(checkHistory(serial, { strict: true }), []);
  });

  it('finds nothing where transactions ran side by side and have an order', () => {
    const concurrent = history(
      [read(1), append(2, 1)],
      [read(2, 1), append(1, 2)],
      [scan([1, 2], { 2: [1] })],
      { operations: [append(3, 9)], outcome: 'unknown' },
      afterwards(read(1, 2), read(2, 1), read(3)),
    );
    assert.deepEqual(checkHistory(concurrent, { strict: true }), []);
  });

  it('planted 1: G0, interleaved writes', () => {
    finds(
      'G0',
      history([append(1, 1), append(2, 2)], [append(1, 3), append(2, 4)], afterwards(read(1, 1, 3), read(2, 4, 2))),
    );
  });

  it('planted 2: G1a, an aborted value read', () => {
    finds('G1a', history(aborted(append(1, 1)), [read(1, 1), append(2, 2)], afterwards(read(1), read(2, 2))));
  });

  it('planted 3: G1b, an unfinished value read', () => {
    finds('G1b', history([append(1, 1), append(1, 2)], [read(1, 1)], afterwards(read(1, 1, 2))));
  });

  it('planted 4: G1c, two that have read from each other', () => {
    finds('G1c', history([append(1, 1), read(2, 2)], [append(2, 2), read(1, 1)], afterwards(read(1, 1), read(2, 2))));
  });

  it('planted 5: G-single, read skew', () => {
    const skewed = history([append(1, 1), append(2, 2)], [read(1), read(2, 2)], afterwards(read(1, 1), read(2, 2)));
    finds('G-single', skewed);
  });

  it('planted 6: G-single, an unrepeatable read', () => {
    finds('G-single', history([append(1, 1)], [read(1), read(1, 1)], afterwards(read(1, 1))));
  });

  it('planted 7: G2-item, write skew', () => {
    const skewed = history([read(1), append(2, 2)], [read(2), append(1, 1)], afterwards(read(1, 1), read(2, 2)));
    finds('G2-item', skewed);
    assert.ok(!kinds(skewed).includes('G-single'));
  });

  it('planted 8: G2, a phantom', () => {
    const phantom = history(
      [scan([1, 2], {}), append(1, 1)],
      [scan([1, 2], {}), append(2, 2)],
      afterwards(scan([1, 2], { 1: [1], 2: [2] })),
    );
    finds('G2', phantom);
    assert.ok(!kinds(phantom).includes('G2-item'));
  });

  it('planted 9: a lost update', () => {
    finds('lost update', history([read(1), append(1, 1)], [read(1), append(1, 2)], afterwards(read(1, 1, 2))));
    finds('lost update', history([append(1, 1)], [append(1, 2)], afterwards(read(1, 2))));
  });

  it('planted 10: a transaction that does not see its own write', () => {
    finds('internal', history([append(1, 1), read(1)], afterwards(read(1, 1))));
  });

  it('planted 11: reads that no order of writes explains, and values from nowhere', () => {
    finds('incompatible order', history([append(1, 1)], [append(1, 2)], [read(1, 1)], afterwards(read(1, 2, 1))));
    finds('garbage read', history([append(1, 1)], afterwards(read(1, 1, 7))));
    finds('garbage read', history([append(1, 1)], afterwards(read(1, 1, 1))));
  });

  it('planted 12: a read that is older than what was acknowledged before it', () => {
    const stale = { operations: [read(1)], begunAt: 150, endedAt: 160 };
    finds('stale read', history([append(1, 1)], stale, afterwards(read(1, 1))));
  });

  it('holds each transaction to its own level', () => {
    const skew = (level: Level) =>
      history(at(level, read(1), append(2, 2)), at(level, read(2), append(1, 1)), afterwards(read(1, 1), read(2, 2)));
    assert.deepEqual(kinds(skew('serializable'), false), ['G2-item']);
    assert.deepEqual(kinds(skew('repeatable_read'), false), []);
    const torn = (level: Level) =>
      history([append(1, 1), append(2, 2)], at(level, read(1), read(2, 2)), afterwards(read(1, 1), read(2, 2)));
    assert.deepEqual(kinds(torn('repeatable_read'), false), ['G-single']);
    assert.deepEqual(kinds(torn('read_committed'), false), []);
  });
});
