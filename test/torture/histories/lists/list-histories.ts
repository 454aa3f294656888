import type { Anomaly } from './anomaly.ts';
import { type History, seenLists } from './history.ts';

/** Who appended a value, and as which of the values that he appended to the list. */
export interface Writer {
  readonly transaction: number;
  readonly key: number;
  /** The last one that its transaction appended to the list: what others may see. */
  readonly isFinal: boolean;
}

/** What each list went through, as far as reads tell, and what was wrong already on the way to that. */
export interface ListHistories {
  readonly writers: ReadonlyMap<number, Writer>;
  /** The values of each list in the order in which they came. */
  readonly orders: ReadonlyMap<number, readonly number[]>;
  readonly anomalies: readonly Anomaly[];
}

/** Finds the order of the values of each list: all reads of a list must be beginnings of the longest one. */
export function listHistories(history: History): ListHistories {
  const anomalies: Anomaly[] = [];
  const writers = writersOf(history, anomalies);
  const orders = new Map<number, readonly number[]>();
  const longestReader = new Map<number, number>();
  const eachRead = function* () {
    for (const [transaction, { operations, outcome }] of history.entries()) {
      if (outcome !== 'committed') continue;
      for (const operation of operations) for (const seen of seenLists(operation)) yield { transaction, ...seen };
    }
  };
  for (const { transaction, key, list } of eachRead()) {
    if (list.length < (orders.get(key)?.length ?? 0)) continue;
    orders.set(key, list);
    longestReader.set(key, transaction);
  }
  for (const { transaction, key, list } of eachRead()) {
    const order = orders.get(key)!;
    if (list.every((value, at) => order[at] === value)) continue;
    const text = `list ${key} was read as [${list}] and as [${order}]`;
    anomalies.push({ kind: 'incompatible order', transactions: [transaction, longestReader.get(key)!], text });
  }
  anomalies.push(...strangeValues(orders, writers, longestReader));
  return { writers, orders, anomalies };
}

export function writersOf(history: History, anomalies: Anomaly[]): Map<number, Writer> {
  const writers = new Map<number, Writer>();
  for (const [transaction, { operations }] of history.entries()) {
    const appends = operations.filter((operation) => operation.kind === 'append');
    for (const [at, { key, value }] of appends.entries()) {
      const isFinal = !appends.slice(at + 1).some((later) => later.key === key);
      const earlier = writers.get(value);
      if (earlier !== undefined) {
        const text = `${value} was appended twice: the history cannot be checked`;
        anomalies.push({ kind: 'garbage read', transactions: [earlier.transaction, transaction], text });
      }
      writers.set(value, { transaction, key, isFinal });
    }
  }
  return writers;
}

function strangeValues(
  orders: ReadonlyMap<number, readonly number[]>,
  writers: ReadonlyMap<number, Writer>,
  readers: ReadonlyMap<number, number>,
): Anomaly[] {
  const anomalies: Anomaly[] = [];
  for (const [key, order] of orders) {
    const seen = new Set<number>();
    for (const value of order) {
      const isStrange = writers.get(value)?.key !== key;
      if (isStrange || seen.has(value)) {
        const text = isStrange
          ? `${value} in list ${key} was never appended to it`
          : `${value} is in list ${key} twice`;
        anomalies.push({ kind: 'garbage read', transactions: [readers.get(key)!], text });
      }
      seen.add(value);
    }
  }
  return anomalies;
}
