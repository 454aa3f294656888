import type { Anomaly, AnomalyKind } from './anomaly.ts';
import { shortestPath, strongComponents, successorsOf } from './cycles.ts';
import { dependencies, type Edge, readsSnapshot } from './dependency-graph.ts';
import { directAnomalies } from './direct-anomalies.ts';
import type { History } from './history.ts';
import { listHistories } from './list-histories.ts';

/**
 * Finds the anomalies of a history of list appends, as Elle does (Kingsbury and Alvaro, VLDB 2020): reads of growing lists
 * tell the order of all writes, that tells how transactions depend on each other, and circles among dependencies are what
 * isolation levels forbid. A dependency backwards in time (`rw`) counts when the level of the reader forbids it: G-single
 * from `repeatable_read` on, G2 between serializable transactions only.
 * @param options.strict counts every dependency, whatever the level of the reader
 */
export function checkHistory(history: History, options: { strict?: boolean } = {}): Anomaly[] {
  const lists = listHistories(history);
  const anomalies = [...lists.anomalies, ...directAnomalies(history, lists)];
  const edges = dependencies(history, lists);
  const strict = options.strict ?? false;
  const forward = edges.filter(({ kind }) => kind !== 'rw');
  const snapshot = edges.filter(({ kind, from }) => kind === 'rw' && (strict || readsSnapshot(history[from].level)));
  const serial = snapshot.filter(({ from }) => strict || history[from].level === 'serializable');
  const search = new CircleSearch(history.length);
  anomalies.push(
    ...search.find(
      'G0',
      edges.filter(({ kind }) => kind === 'ww'),
    ),
  );
  anomalies.push(...search.find('G1c', forward, ({ kind }) => kind === 'wr'));
  anomalies.push(...search.findSingle(forward, snapshot));
  const items = serial.filter(({ isPredicate }) => !isPredicate);
  anomalies.push(...search.find('G2-item', [...forward, ...items], ({ kind }) => kind === 'rw', 2));
  anomalies.push(...search.find('G2', [...forward, ...serial], ({ isPredicate }) => isPredicate, 2));
  return anomalies;
}

/** Circles of one kind that are told at most: one is enough to know, a few help to understand. */
const CIRCLES_TOLD_MAX = 5;

class CircleSearch {
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  /** One circle for each group of transactions that has one with an edge of the wanted sort, and so many `rw`. */
  find(
    kind: AnomalyKind,
    edges: readonly Edge[],
    wanted: (edge: Edge) => boolean = () => true,
    backwardMin = 0,
  ): Anomaly[] {
    const anomalies: Anomaly[] = [];
    for (const inside of circular(this.#count, edges)) {
      const successors = successorsOf(inside);
      for (const edge of inside) {
        if (!wanted(edge)) continue;
        const way = shortestPath(edge.to, edge.from, successors);
        if (way === undefined) continue;
        const circle = [edge, ...way];
        if (circle.filter((one) => one.kind === 'rw').length < backwardMin) continue;
        anomalies.push(told(kind, circle));
        break;
      }
      if (anomalies.length >= CIRCLES_TOLD_MAX) break;
    }
    return anomalies;
  }

  /** Circles with exactly one `rw`. */
  findSingle(forward: readonly Edge[], backward: readonly Edge[]): Anomaly[] {
    const anomalies: Anomaly[] = [];
    for (const inside of circular(this.#count, [...forward, ...backward])) {
      const successors = successorsOf(inside.filter(({ kind }) => kind !== 'rw'));
      for (const edge of inside) {
        if (edge.kind !== 'rw') continue;
        const way = shortestPath(edge.to, edge.from, successors);
        if (way === undefined) continue;
        anomalies.push(told('G-single', [edge, ...way]));
        if (anomalies.length >= CIRCLES_TOLD_MAX) return anomalies;
      }
    }
    return anomalies;
  }
}

/** The edges inside each group of transactions that lead to each other. */
function circular(count: number, edges: readonly Edge[]): Edge[][] {
  const groupOf = new Map<number, Edge[]>();
  const groups: Edge[][] = [];
  for (const component of strongComponents(count, edges)) {
    if (component.length < 2) continue;
    const group: Edge[] = [];
    groups.push(group);
    for (const member of component) groupOf.set(member, group);
  }
  for (const edge of edges) {
    const group = groupOf.get(edge.from);
    if (group !== undefined && group === groupOf.get(edge.to)) group.push(edge);
  }
  return groups;
}

function told(kind: AnomalyKind, circle: readonly Edge[]): Anomaly {
  const steps = circle.map(
    (edge) => `T${edge.from} -${edge.kind}${edge.isPredicate ? ' by condition' : ''} ${edge.key}->`,
  );
  return { kind, transactions: circle.map(({ from }) => from), text: `${steps.join(' ')} T${circle[0].from}` };
}
