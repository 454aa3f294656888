import { type History, type Level, seenLists } from './history.ts';
import type { ListHistories } from './list-histories.ts';

/**
 * How one transaction comes before another: it wrote what the other wrote over (`ww`) or read (`wr`), or it read what the
 * other then wrote over (`rw`).
 */
export type Dependency = 'ww' | 'wr' | 'rw';

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly kind: Dependency;
  readonly key: number;
  /** The reader looked by a condition and did not find the document. */
  readonly isPredicate: boolean;
}

/** All direct dependencies between committed transactions. */
export function dependencies(history: History, { writers, orders }: ListHistories): Edge[] {
  const edges: Edge[] = [];
  const seen = new Set<string>();
  const add = (edge: Edge) => {
    if (edge.from === edge.to) return;
    if (!isPresent(history, edge.from) || !isPresent(history, edge.to)) return;
    const name = `${edge.from} ${edge.to} ${edge.kind} ${edge.isPredicate}`;
    if (seen.has(name)) return;
    seen.add(name);
    edges.push(edge);
  };
  for (const [key, order] of orders) {
    for (let at = 1; at < order.length; at++) {
      const [from, to] = [writers.get(order[at - 1]), writers.get(order[at])];
      if (from !== undefined && to !== undefined)
        add({ from: from.transaction, to: to.transaction, kind: 'ww', key, isPredicate: false });
    }
  }
  for (const [reader, { operations }] of history.entries()) {
    const own = new Set(operations.flatMap((one) => (one.kind === 'append' ? [one.value] : [])));
    for (const { key, list, isAbsent } of operations.flatMap(seenLists)) {
      const order = orders.get(key) ?? [];
      let length = list.length;
      while (length > 0 && own.has(list[length - 1])) length--;
      const last = length === 0 ? undefined : writers.get(list[length - 1]);
      if (last !== undefined) add({ from: last.transaction, to: reader, kind: 'wr', key, isPredicate: false });
      let after = length;
      while (after < order.length && own.has(order[after])) after++;
      const next = after < order.length ? writers.get(order[after]) : undefined;
      if (next !== undefined) add({ from: reader, to: next.transaction, kind: 'rw', key, isPredicate: isAbsent });
    }
  }
  return edges;
}

function isPresent(history: History, transaction: number): boolean {
  return history[transaction].outcome !== 'aborted';
}

/** Whether a level promises that what its transactions read is one snapshot that nobody writes under them. */
export function readsSnapshot(level: Level): boolean {
  return level === 'repeatable_read' || level === 'serializable' || level === 'plain';
}
