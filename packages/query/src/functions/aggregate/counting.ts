import type { Value } from '@cairn/protocol/internal';
import type { AggregateDefinition, AggregateState } from '../aggregate-definition.ts';
import { type ValueKey, ValueSet } from '../value-set.ts';

class RowCount implements AggregateState {
  #rows = 0;

  add(): void {
    this.#rows++;
  }

  result(): Value {
    return this.#rows;
  }

  save(): Value {
    return this.#rows;
  }

  restore(saved: Value): void {
    this.#rows = saved as number;
  }
}

/** Rows when the call has no argument, else rows where it is not null. */
class Count extends RowCount {
  override add(value?: Value): void {
    if (value !== null) super.add();
  }
}

class DistinctCount implements AggregateState {
  #seen = new ValueSet();

  add(value: Value | undefined): boolean {
    return value !== null && value !== undefined && this.#seen.add(value);
  }

  result(): Value {
    return this.#seen.size;
  }

  save(): Value {
    return this.#seen.keys();
  }

  restore(saved: Value): void {
    this.#seen = ValueSet.withKeys(saved as ValueKey[]);
  }
}

/** Aggregates that count. */
export const countingAggregates: readonly AggregateDefinition[] = [
  {
    name: 'COUNT',
    minArguments: 0,
    maxArguments: 1,
    window: true,
    retainsValues: false,
    summary: 'How many rows there are, or on how many of them the argument is not null.',
    create: () => new Count(),
  },
  {
    name: 'LENGTH',
    minArguments: 0,
    maxArguments: 1,
    window: false,
    retainsValues: false,
    summary: 'How many rows there are, whatever the argument.',
    create: () => new RowCount(),
  },
  {
    name: 'COUNT_DISTINCT',
    aliases: ['COUNT_UNIQUE', 'UNIQUE_COUNT'],
    minArguments: 1,
    maxArguments: 1,
    window: true,
    retainsValues: true,
    summary: 'How many different values there are, null not counted.',
    create: () => new DistinctCount(),
  },
];
