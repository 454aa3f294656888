import { compareValues, type Value } from '@cairn/protocol/internal';
import type { AggregateDefinition, AggregateState } from '../aggregate-definition.ts';
import { ValueSet } from '../value-set.ts';

class First implements AggregateState {
  #first: Value | undefined;

  add(value: Value | undefined): void {
    if (this.#first === undefined) this.#first = value;
  }

  result(): Value {
    return this.#first ?? null;
  }
}

class Last implements AggregateState {
  #last: Value = null;

  add(value: Value | undefined): void {
    this.#last = value ?? null;
  }

  result(): Value {
    return this.#last;
  }
}

class List implements AggregateState {
  readonly #values: Value[] = [];

  add(value: Value | undefined): boolean {
    this.#values.push(value ?? null);
    return true;
  }

  result(): Value {
    return this.#values.slice();
  }
}

class Unique implements AggregateState {
  readonly #seen = new ValueSet();
  protected readonly values: Value[] = [];

  add(value: Value | undefined): boolean {
    const isNew = this.#seen.add(value ?? null);
    if (isNew) this.values.push(value ?? null);
    return isNew;
  }

  result(): Value {
    return this.values.slice();
  }
}

class SortedUnique extends Unique {
  override result(): Value {
    return this.values.toSorted(compareValues);
  }
}

function collecting(
  name: string,
  options: Pick<AggregateDefinition, 'summary' | 'retainsValues' | 'create' | 'aliases'>,
): AggregateDefinition {
  return { name, minArguments: 1, maxArguments: 1, window: false, ...options };
}

/** Aggregates that answer the rows' values themselves, nulls among them. */
export const collectingAggregates: readonly AggregateDefinition[] = [
  collecting('FIRST', {
    retainsValues: false,
    summary: 'The value of the first row.',
    create: () => new First(),
  }),
  collecting('LAST', { retainsValues: false, summary: 'The value of the last row.', create: () => new Last() }),
  collecting('PUSH', {
    aliases: ['COLLECT_LIST', 'COLLECT'],
    retainsValues: true,
    summary: 'All values in the order of the rows.',
    create: () => new List(),
  }),
  collecting('UNIQUE', {
    retainsValues: true,
    summary: 'The different values, each where it first stood.',
    create: () => new Unique(),
  }),
  collecting('SORTED_UNIQUE', {
    retainsValues: true,
    summary: 'The different values in the total order.',
    create: () => new SortedUnique(),
  }),
];
