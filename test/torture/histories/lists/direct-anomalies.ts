import type { Anomaly } from './anomaly.ts';
import { type History, type RecordedTransaction, seenLists } from './history.ts';
import type { ListHistories } from './list-histories.ts';

/** What shows in single reads, without a look at how transactions depend on each other. */
export function directAnomalies(history: History, lists: ListHistories): Anomaly[] {
  return [
    ...unfinishedReads(history, lists.writers),
    ...history.flatMap((transaction, index) => internalAnomalies(transaction, index)),
    ...lostValues(history, lists),
    ...lostUpdates(history, lists),
    ...staleReads(history, lists),
  ];
}

/** G1a and G1b. */
export function unfinishedReads(history: History, writers: ListHistories['writers']): Anomaly[] {
  const anomalies: Anomaly[] = [];
  for (const [reader, { operations, outcome }] of history.entries()) {
    if (outcome === 'aborted') continue;
    for (const { key, list } of operations.flatMap(seenLists)) {
      for (const [at, value] of list.entries()) {
        const writer = writers.get(value);
        if (writer === undefined || writer.transaction === reader) continue;
        const transactions = [reader, writer.transaction];
        if (history[writer.transaction].outcome === 'aborted') {
          anomalies.push({ kind: 'G1a', transactions, text: `${value} of an aborted transaction in list ${key}` });
        }
        if (at === list.length - 1 && !writer.isFinal) {
          anomalies.push({
            kind: 'G1b',
            transactions,
            text: `${value} was not the last of its transaction in list ${key}`,
          });
        }
      }
    }
  }
  return anomalies;
}

/** A transaction must see its own writes behind whatever it sees of others. */
function internalAnomalies({ operations, outcome }: RecordedTransaction, index: number): Anomaly[] {
  if (outcome === 'aborted') return [];
  const own = new Map<number, number[]>();
  const anomalies: Anomaly[] = [];
  for (const operation of operations) {
    if (operation.kind === 'append') own.set(operation.key, [...(own.get(operation.key) ?? []), operation.value]);
    for (const { key, list } of seenLists(operation)) {
      const wanted = own.get(key) ?? [];
      const tail = list.slice(list.length - wanted.length);
      if (wanted.length <= list.length && wanted.every((value, at) => tail[at] === value)) continue;
      const text = `list ${key} was read as [${list}] after [${wanted}] had been appended to it`;
      anomalies.push({ kind: 'internal', transactions: [index], text });
    }
  }
  return anomalies;
}

/** Acknowledged values that the last read of their list does not have. */
function lostValues(history: History, { writers, orders }: ListHistories): Anomaly[] {
  const kept = new Set([...orders.values()].flat());
  const anomalies: Anomaly[] = [];
  for (const [value, { transaction, key }] of writers) {
    if (history[transaction].outcome !== 'committed' || kept.has(value) || !orders.has(key)) continue;
    const isReadAfter = history.some(
      ({ begunAt, operations }) =>
        begunAt > history[transaction].endedAt &&
        operations.some((one) => seenLists(one).some((seen) => seen.key === key)),
    );
    if (!isReadAfter) continue;
    const text = `${value} was appended to list ${key} and acknowledged, and is gone`;
    anomalies.push({ kind: 'lost update', transactions: [transaction], text });
  }
  return anomalies;
}

/** Two that have read the same state of a list and have both appended to it. */
function lostUpdates(history: History, { writers, orders }: ListHistories): Anomaly[] {
  const anomalies: Anomaly[] = [];
  const positions = new Map<number, number>();
  for (const order of orders.values()) for (const [at, value] of order.entries()) positions.set(value, at);
  for (const [index, { operations, outcome, level }] of history.entries()) {
    if (outcome !== 'committed' || level === 'read_committed' || level === 'read_uncommitted') continue;
    for (const [at, operation] of operations.entries()) {
      if (operation.kind !== 'append') continue;
      const { key, value } = operation;
      const read = operations
        .slice(0, at)
        .flatMap(seenLists)
        .find((seen) => seen.key === key);
      const position = positions.get(value);
      if (read === undefined || position === undefined) continue;
      const between = orders.get(key)!.slice(read.list.length, position);
      const other = between.map((one) => writers.get(one)?.transaction).find((one) => one !== index);
      if (other === undefined) continue;
      const text = `list ${key} was read as [${read.list}] and got ${value} behind [${between}], which it had not shown`;
      anomalies.push({ kind: 'lost update', transactions: [index, other], text });
    }
  }
  return anomalies;
}

/** Reads that lack what was acknowledged before their transaction began. */
function staleReads(history: History, { writers, orders }: ListHistories): Anomaly[] {
  const anomalies: Anomaly[] = [];
  const acknowledged = new Map<number, readonly number[]>();
  for (const [key, order] of orders) {
    // From each position on: the earliest moment at which some later value was acknowledged.
    const earliest: number[] = new Array(order.length + 1).fill(Number.POSITIVE_INFINITY);
    for (let at = order.length - 1; at >= 0; at--) {
      const writer = writers.get(order[at]);
      const end = writer === undefined ? undefined : history[writer.transaction];
      earliest[at] = Math.min(earliest[at + 1], end?.outcome === 'committed' ? end.endedAt : Number.POSITIVE_INFINITY);
    }
    acknowledged.set(key, earliest);
  }
  for (const [index, { operations, outcome, begunAt }] of history.entries()) {
    if (outcome === 'aborted') continue;
    const own = new Set(operations.flatMap((one) => (one.kind === 'append' ? [one.value] : [])));
    for (const { key, list } of operations.flatMap(seenLists)) {
      const others = list.filter((value) => !own.has(value)).length;
      if ((acknowledged.get(key)?.[others] ?? Number.POSITIVE_INFINITY) >= begunAt) continue;
      const text = `list ${key} was read as [${list}] although more had been acknowledged before the begin`;
      anomalies.push({ kind: 'stale read', transactions: [index], text });
    }
  }
  return anomalies;
}
