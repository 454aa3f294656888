import type { Value } from '@cairn/protocol/internal';
import { type ValueKey, valueKey } from '../../functions/value-set.ts';
import { Account } from '../memory/account.ts';
import { type RowShape, RowSorter } from '../spill/row-sorter.ts';
import { sortInSlices } from '../spill/sort-in-slices.ts';
import type { SpillHost } from '../spill/spill-host.ts';

/** A group as generated code makes it: its key values under `k0`, `k1`, …, and the states of its aggregates. */
export type Group = { readonly [member: string]: unknown };

/** `next` has used up its time; it is to be called again. */
export const NOT_YET = Symbol('not yet');

/** Rows that go into their groups between two looks at the clock. */
const ROWS_PER_LOOK = 512;

/** How groups are made of rows. A row has the key values under the same names and what the aggregates take. */
export interface GroupShape<G extends Group, Row extends Group> extends Omit<RowShape<Row>, 'order'> {
  /** By key values alone: groups have them under the same names. */
  readonly order: (left: Group, right: Group) => number;
  create(row: Row): G;
  step(group: G, row: Row): void;
  /** A row whose `step` gives a new group the state of this one. Present when states grow with the rows. */
  readonly save?: (group: G) => Row;
}

/**
 * Groups by key, by the language's equality: `1` and `1.0` are one group. They are handed out in the order of their keys.
 *
 * When the budget is full, rows of further groups are sorted by key through the spill file and grouped as they come
 * out of it, one group at a time. Groups that are known by then stay in memory when their size is fixed; when it grows with
 * their rows, what they are so far goes to the file as the first row of each.
 */
export class GroupTable<G extends Group, Row extends Group> extends Account {
  /** Rows of groups that are not in the table go to `sorter`. */
  isClosed = false;
  readonly sorter: RowSorter<Row>;
  readonly #shape: GroupShape<G, Row>;
  readonly #host: SpillHost;
  readonly #byText = new Map<string, G>();
  readonly #byKey = new Map<ValueKey, G>();
  #groups: G[] = [];
  #index = 0;
  /** Bytes that the groups in the table keep. */
  #residentBytes = 0;
  /** The group that rows are going into, the row after its last, and the next whole group (null: there is none). */
  #building: G | undefined;
  #ahead: Row | undefined;
  #whole: G | null | undefined;

  constructor(shape: GroupShape<G, Row>, host: SpillHost) {
    super(host.memory);
    this.#shape = shape;
    this.#host = host;
    this.sorter = new RowSorter(shape, host);
  }

  /** The group of one key value. */
  find(key: Value): G | undefined {
    return typeof key === 'string' ? this.#byText.get(key) : this.#byKey.get(valueKey(key));
  }

  add(key: Value, group: G): void {
    if (typeof key === 'string') this.#byText.set(key, group);
    else this.#byKey.set(valueKey(key), group);
    this.#groups.push(group);
  }

  /** Asked when the budget is full. */
  get shouldSpill(): boolean {
    return this.isClosed ? this.sorter.shouldSpill : this.isLarge;
  }

  /** Makes room. */
  *spill(): Generator<undefined> {
    if (!this.isClosed) {
      this.isClosed = true;
      if (this.#shape.save === undefined) return;
      for (const group of this.#groups) this.sorter.rows.push(this.#shape.save(group));
      this.#byText.clear();
      this.#byKey.clear();
      this.#groups = [];
      this.release();
    }
    yield* this.sorter.spill();
  }

  /** No more rows come: prepares `next`. */
  *finish(): Generator<undefined> {
    this.#residentBytes = this.kept;
    this.#groups = yield* sortInSlices(this.#groups, this.#shape.order, () => this.#host.checkpoint());
    if (this.isClosed) yield* this.sorter.finish();
  }

  /** The next group in the order of keys. What it keeps is given back at the next call. */
  next(): G | typeof NOT_YET | undefined {
    const resident = this.#groups[this.#index];
    if (!this.isClosed) {
      this.#index++;
      return resident ?? this.#end();
    }
    if (this.#whole === undefined && !this.#build()) return NOT_YET;
    const whole = this.#whole ?? undefined;
    if (resident !== undefined && (whole === undefined || this.#shape.order(resident, whole) < 0)) {
      this.#index++;
      return resident;
    }
    if (whole === undefined) return this.#end();
    this.#whole = undefined;
    return whole;
  }

  override close(): void {
    super.close();
    this.sorter.close();
    this.#byText.clear();
    this.#byKey.clear();
    this.#groups = [];
  }

  #end(): undefined {
    this.close();
  }

  /** Groups sorted rows until a group is whole; false when that takes longer than a slice. */
  #build(): boolean {
    for (let count = 0; count < ROWS_PER_LOOK; count++) {
      const row = this.#ahead ?? this.sorter.next();
      this.#ahead = undefined;
      if (row !== undefined && this.#building === undefined) {
        this.release(this.#residentBytes);
        this.#building = this.#shape.create(row);
      }
      if (row === undefined || this.#shape.order(this.#building!, row) !== 0) {
        this.#whole = this.#building ?? null;
        this.#building = undefined;
        this.#ahead = row;
        return true;
      }
      this.#shape.step(this.#building!, row);
    }
    this.#host.checkpoint();
    return false;
  }
}
