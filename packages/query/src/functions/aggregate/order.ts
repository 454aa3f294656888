import { compareValues, reportWalk, type Value } from '@cairn/protocol/internal';
import type { AggregateDefinition, AggregateState } from '../aggregate-definition.ts';
import { FunctionError } from '../function-error.ts';
import { describeValue } from '../signature.ts';

/** The least or greatest value by the total order, nulls passed over. */
class Extreme implements AggregateState {
  readonly #sign: 1 | -1;
  #best: Value = null;

  /** @param sign 1 for the greatest, -1 for the least */
  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  add(value: Value | undefined): void {
    if (value === null || value === undefined) return;
    if (this.#best === null || compareValues(value, this.#best) * this.#sign > 0) this.#best = value;
  }

  result(): Value {
    return this.#best;
  }

  save(): Value {
    return this.#best;
  }

  restore(saved: Value): void {
    this.#best = saved;
  }
}

/** Keeps the numbers of all rows. */
abstract class Numbers implements AggregateState {
  #numbers: number[] = [];

  add(value: Value | undefined): boolean {
    if (typeof value !== 'number' && typeof value !== 'bigint') return false;
    this.#numbers.push(Number(value));
    return true;
  }

  result(): Value {
    reportWalk(this.#numbers.length);
    return this.#numbers.length === 0 ? null : this.pick(Float64Array.from(this.#numbers).sort());
  }

  save(): Value {
    return this.#numbers;
  }

  restore(saved: Value): void {
    this.#numbers = saved as number[];
  }

  /** The answer, given all numbers (at least one) in ascending order. */
  protected abstract pick(sorted: Float64Array): Value;
}

class Median extends Numbers {
  protected override pick(sorted: Float64Array): Value {
    const middle = sorted.length >> 1;
    if (sorted.length % 2 === 1) return sorted[middle] + 0;
    // Halved before it is added, so that two large numbers do not leave the range.
    return sorted[middle - 1] / 2 + sorted[middle] / 2 + 0;
  }
}

/** The nearest-rank percentile: the first number that at least p percent of all do not exceed. */
class Percentile extends Numbers {
  #percent: number | null | undefined;

  override add(value: Value | undefined, parameter: Value = null): boolean {
    if (parameter !== this.#percent) this.#percent = checkPercent(parameter);
    return super.add(value);
  }

  override save(): Value {
    return [this.#percent === undefined ? [] : [this.#percent], super.save()];
  }

  override restore(saved: Value): void {
    const [percent, numbers] = saved as [(number | null)[], Value];
    [this.#percent] = percent;
    super.restore(numbers);
  }

  protected override pick(sorted: Float64Array): Value {
    if (this.#percent === null || this.#percent === undefined) return null;
    return sorted[nearestRank(this.#percent, sorted.length)] + 0;
  }
}

/** A percentile's parameter: a number from 0 to 100, or null. */
export function checkPercent(parameter: Value): number | null {
  if (parameter === null) return null;
  if (typeof parameter === 'number' && parameter >= 0 && parameter <= 100) return parameter;
  throw new FunctionError(
    'PERCENTILE',
    `argument 2 (percent) must be a number from 0 to 100, got ${describeValue(parameter)}`,
  );
}

/** Index of the nearest-rank percentile among `count` sorted numbers. */
function nearestRank(percent: number, count: number): number {
  return Math.max(1, Math.ceil((percent * count) / 100)) - 1;
}

/** Aggregates of the order of values. */
export const orderAggregates: readonly AggregateDefinition[] = [
  {
    name: 'MIN',
    aliases: ['MINIMUM'],
    minArguments: 1,
    maxArguments: 1,
    window: true,
    retainsValues: false,
    summary: 'The least value by the total order, nulls passed over; null when there is none.',
    create: () => new Extreme(-1),
  },
  {
    name: 'MAX',
    aliases: ['MAXIMUM'],
    minArguments: 1,
    maxArguments: 1,
    window: true,
    retainsValues: false,
    summary: 'The greatest value by the total order, nulls passed over; null when there is none.',
    create: () => new Extreme(1),
  },
  {
    name: 'MEDIAN',
    minArguments: 1,
    maxArguments: 1,
    window: true,
    retainsValues: true,
    summary: 'The middle of the numbers, or the mean of the two middle ones; null when there are none.',
    create: () => new Median(),
  },
  {
    name: 'PERCENTILE',
    minArguments: 2,
    maxArguments: 2,
    window: true,
    retainsValues: true,
    summary: 'The number at a percentile (0 to 100) by nearest rank; null when there are no numbers.',
    create: () => new Percentile(),
  },
];
