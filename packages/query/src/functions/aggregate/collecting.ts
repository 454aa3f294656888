import { compareValues, type Value } from '@cairn/protocol/internal';
import type { AggregateDefinition, AggregateState } from '../aggregate-definition.ts';
import { ValueSet } from '../value-set.ts';

class First implements AggregateState {
  #first: Value | undefined;

  add(value: Value | undefined): boolean {
    if (this.#first !== undefined) return false;
    this.#first = value;
    return true;
  }

  result(): Value {
    return this.#first ?? null;
  }

  save(): Value {
    return this.#first === undefined ? [] : [this.#first];
  }

  restore(saved: Value): void {
    [this.#first] = saved as Value[];
  }
}

class Last implements AggregateState {
  #last: Value | undefined;

  /** True for the first value: those that follow it are taken to be of like size. */
  add(value: Value | undefined): boolean {
    const isFirst = this.#last === undefined;
    this.#last = value ?? null;
    return isFirst;
  }

  result(): Value {
    return this.#last ?? null;
  }

  save(): Value {
    return this.result();
  }

  restore(saved: Value): void {
    this.#last = saved;
  }
}

class List implements AggregateState {
  #values: Value[] = [];

  add(value: Value | undefined): boolean {
    this.#values.push(value ?? null);
    return true;
  }

  result(): Value {
    return this.#values.slice();
  }

  save(): Value {
    return this.#values;
  }

  restore(saved: Value): void {
    this.#values = saved as Value[];
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

  save(): Value {
    return this.values;
  }

  restore(saved: Value): void {
    for (const value of saved as Value[]) this.add(value);
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
    retainsValues: true,
    summary: 'The value of the first row.',
    create: () => new First(),
  }),
  collecting('LAST', { retainsValues: true, summary: 'The value of the last row.', create: () => new Last() }),
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
