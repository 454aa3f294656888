import assert from 'node:assert/strict';
import { decodeValue, EncodedRows, encodeValue, skipValue } from '@cairn/protocol/internal';
import fc from 'fast-check';
import type { OpenQuery } from './open-query.ts';
import { ReadAhead, ReadAheadBudget } from './read-ahead.ts';
import type { BatchRequest, RowBatch } from './running-query.ts';

/** Numbers up to one, in batches of what is asked for. */
class Numbers implements OpenQuery {
  readonly warnings: readonly string[] = [];
  isClosed = false;
  readonly #last: number;
  #next = 0;

  constructor(last: number) {
    this.#last = last;
  }

  next({ rowsMax }: BatchRequest): RowBatch {
    const count = Math.min(rowsMax, this.#last - this.#next);
    const part = Buffer.concat(Array.from({ length: count }, () => encodeValue(this.#next++)));
    return { rows: new EncodedRows(count, count === 0 ? [] : [part]), done: this.#next === this.#last };
  }

  close(): void {
    this.isClosed = true;
  }
}

const wanted = (rowsMax: number, bytesMax = 1_000_000): BatchRequest => ({
  ...{ rowsMax, bytesMax, whenFull: 'stop', deadlineMs: Number.POSITIVE_INFINITY },
  cancellation: undefined as never,
});
const numbersIn = ({ rows }: RowBatch): number[] =>
  rows.parts.flatMap((part) => {
    const found: number[] = [];
    for (let at = 0; at < part.length; at = skipValue(part, at)) found.push(decodeValue(part, at) as number);
    return found;
  });

describe('ReadAhead', () => {
  it('hands on every row once and in order, whatever was read ahead and whatever is asked for', () =>
    fc.assert(
      fc.asyncProperty(
        ...[fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 400 })],
        fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 200 })), { minLength: 1 }),
        async (last, step, rowsMax, asked) => {
          const budget = new ReadAheadBudget(1_000_000);
          const query = new Numbers(last);
          const limits = { rowsMax, bytesMax: 100_000, timeMaxMs: 1_000, budget };
          const ahead = await ReadAhead.of(query, wanted(step), limits);
          if (ahead.rowsLeft !== undefined) assert.equal(ahead.rowsLeft, last);
          const seen: number[] = [];
          for (let turn = 0, done = false; !done && turn < 1_000; turn++) {
            const [rows, bytes] = asked[turn % asked.length]!;
            const batch = await ahead.next(wanted(rows, bytes));
            assert.ok(batch.rows.count <= rows);
            seen.push(...numbersIn(batch));
            done = batch.done;
          }
          assert.deepEqual(
            seen,
            Array.from({ length: last }, (_, n) => n),
          );
          ahead.close();
          assert.ok(query.isClosed);
        },
      ),
      { numRuns: 200 },
    ));

  it('keeps no more than all together may, and gives back what it kept', async () => {
    const budget = new ReadAheadBudget(100);
    const limits = { rowsMax: 10_000, bytesMax: 100_000, timeMaxMs: 1_000, budget };
    const first = await ReadAhead.of(new Numbers(5_000), wanted(50), limits);
    assert.equal(first.rowsLeft, undefined);
    assert.equal(budget.isUsedUp, true);
    const second = await ReadAhead.of(new Numbers(10), wanted(50), limits);
    assert.equal(second.rowsLeft, undefined, 'nothing is read ahead any more');
    assert.deepEqual(numbersIn(await second.next(wanted(3))), [0, 1, 2]);
    first.close();
    first.close();
    assert.equal(budget.isUsedUp, false);
    assert.equal((await ReadAhead.of(new Numbers(10), wanted(50), limits)).rowsLeft, 10);
  });
});
