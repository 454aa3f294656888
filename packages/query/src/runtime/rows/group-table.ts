import { compareValues, type Value } from '@cairn/protocol/internal';
import { type ValueKey, valueKey } from '../../functions/value-set.ts';

/** A group as generated code makes it: its key values under `k0`, `k1`, …, and the states of its aggregates. */
export type Group = { readonly [member: string]: unknown };

/** Groups by key, by the language's equality: `1` and `1.0` are one group. */
export class GroupTable<G extends Group> {
  readonly #byText = new Map<string, G>();
  readonly #byKey = new Map<ValueKey, G>();
  readonly groups: G[] = [];

  /** The group of one key value. */
  find(key: Value): G | undefined {
    return typeof key === 'string' ? this.#byText.get(key) : this.#byKey.get(valueKey(key));
  }

  add(key: Value, group: G): void {
    if (typeof key === 'string') this.#byText.set(key, group);
    else this.#byKey.set(valueKey(key), group);
    this.groups.push(group);
  }

  /** The groups in the order of their keys. */
  sorted(keyCount: number): G[] {
    const members = Array.from({ length: keyCount }, (_, index) => `k${index}`);
    return this.groups.sort((left, right) => {
      for (const member of members) {
        const order = compareValues(left[member] as Value, right[member] as Value);
        if (order !== 0) return order;
      }
      return 0;
    });
  }
}
