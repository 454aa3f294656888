import { type Group, type GroupShape, GroupTable } from '../rows/group-table.ts';
import { type LeftRow, OuterJoin } from '../rows/outer-join.ts';
import { TopRows } from '../rows/top-rows.ts';
import { type RowShape, RowSorter } from '../spill/row-sorter.ts';
import type { SpillHost } from '../spill/spill-host.ts';
import { Account } from './account.ts';

/**
 * What the operators of a run gather in. Each operator opens its own under its slot when it begins; one that begins
 * again, as in a subquery that runs for every row, lets go of what it had before, however it ended.
 */
export class Workspace {
  readonly #host: SpillHost;
  readonly #open = new Map<unknown, Account>();

  constructor(host: SpillHost) {
    this.#host = host;
  }

  account(slot: unknown): Account {
    return this.#opened(slot, new Account(this.#host.memory));
  }

  sorter<Row>(slot: unknown, shape: RowShape<Row>): RowSorter<Row> {
    return this.#opened(slot, new RowSorter(shape, this.#host));
  }

  topRows<Row>(slot: unknown, shape: RowShape<Row>, limits: { offset: number; count: number }): TopRows<Row> {
    return this.#opened(slot, new TopRows(shape, limits, this.#host));
  }

  groups<G extends Group, Row extends Group>(slot: unknown, shape: GroupShape<G, Row>): GroupTable<G, Row> {
    return this.#opened(slot, new GroupTable(shape, this.#host));
  }

  outerJoin(slot: unknown, type: 'right' | 'full'): OuterJoin<LeftRow> {
    return this.#opened(slot, new OuterJoin(type, this.#host.memory));
  }

  close(): void {
    for (const account of this.#open.values()) account.close();
    this.#open.clear();
    this.#host.spillFile.close();
  }

  #opened<T extends Account>(slot: unknown, fresh: T): T {
    this.#open.get(slot)?.close();
    this.#open.set(slot, fresh);
    return fresh;
  }
}
