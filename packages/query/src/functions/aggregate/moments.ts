import type { Value } from '@cairn/protocol/internal';
import type { AggregateDefinition, AggregateState } from '../aggregate-definition.ts';
import { finite } from '../numeric/finite.ts';

/** Adds up the numbers among the values; everything else is passed over. */
class Sum implements AggregateState {
  readonly #name: string;
  protected sum = 0;
  protected count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  add(value: Value | undefined): void {
    if (typeof value === 'number') this.sum += value;
    else if (typeof value === 'bigint') this.sum += Number(value);
    else return;
    this.count++;
  }

  result(): Value {
    return finite(this.#name, this.sum);
  }

  save(): Value {
    return [this.count, this.sum];
  }

  restore(saved: Value): void {
    [this.count, this.sum] = saved as number[];
  }
}

class Average extends Sum {
  override result(): Value {
    return this.count === 0 ? null : finite('AVG', this.sum / this.count);
  }
}

/** How squared deviations become an answer. */
interface Spread {
  readonly name: string;
  /** 1 for the variance of a sample (n - 1 in the divisor), 0 for that of the population. */
  readonly lostDegrees: 0 | 1;
  readonly root: boolean;
}

/**
 * Mean and squared deviations in one pass without cancellation: B. P. Welford, "Note on a method for calculating
 * corrected sums of squares and products", Technometrics 4 (1962).
 */
class Deviations implements AggregateState {
  readonly #spread: Spread;
  #count = 0;
  #mean = 0;
  #squares = 0;

  constructor(spread: Spread) {
    this.#spread = spread;
  }

  add(value: Value | undefined): void {
    if (typeof value !== 'number' && typeof value !== 'bigint') return;
    const number = Number(value);
    const deviation = number - this.#mean;
    this.#count++;
    this.#mean += deviation / this.#count;
    this.#squares += deviation * (number - this.#mean);
  }

  result(): Value {
    const divisor = this.#count - this.#spread.lostDegrees;
    if (divisor <= 0) return null;
    const variance = finite(this.#spread.name, this.#squares / divisor);
    return this.#spread.root ? Math.sqrt(variance) : variance;
  }

  save(): Value {
    return [this.#count, this.#mean, this.#squares];
  }

  restore(saved: Value): void {
    [this.#count, this.#mean, this.#squares] = saved as number[];
  }
}

function spread(
  name: string,
  aliases: readonly string[],
  summary: string,
  options: Omit<Spread, 'name'>,
): AggregateDefinition {
  return {
    name,
    aliases,
    minArguments: 1,
    maxArguments: 1,
    window: true,
    retainsValues: false,
    summary,
    create: () => new Deviations({ name, ...options }),
  };
}

/** Sums, means and variances: the aggregates that keep a few numbers whatever the count of rows. */
export const momentAggregates: readonly AggregateDefinition[] = [
  {
    name: 'SUM',
    minArguments: 1,
    maxArguments: 1,
    window: true,
    retainsValues: false,
    summary: 'The sum of the numbers; 0 when there are none.',
    create: () => new Sum('SUM'),
  },
  {
    name: 'AVG',
    aliases: ['AVERAGE'],
    minArguments: 1,
    maxArguments: 1,
    window: true,
    retainsValues: false,
    summary: 'The mean of the numbers; null when there are none.',
    create: () => new Average('AVG'),
  },
  spread(
    'VARIANCE',
    ['VAR_POP', 'VARIANCE_POPULATION'],
    'The variance of the numbers as a whole population (divided by n); null when there are none.',
    { lostDegrees: 0, root: false },
  ),
  spread(
    'VAR_SAMP',
    ['VARIANCE_SAMPLE'],
    'The variance estimated from a sample (divided by n - 1); null for fewer than two numbers.',
    { lostDegrees: 1, root: false },
  ),
  spread(
    'STDDEV',
    ['STDDEV_POP', 'STDDEV_POPULATION'],
    'The standard deviation of the numbers as a whole population (divided by n); null when there are none.',
    { lostDegrees: 0, root: true },
  ),
  spread(
    'STDDEV_SAMP',
    ['STDDEV_SAMPLE'],
    'The standard deviation estimated from a sample (divided by n - 1); null for fewer than two numbers.',
    { lostDegrees: 1, root: true },
  ),
];
