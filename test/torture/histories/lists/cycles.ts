import type { Edge } from './dependency-graph.ts';

/** Groups of transactions that all lead to each other: one with more than one member holds a circle. */
export function strongComponents(count: number, edges: readonly Edge[]): number[][] {
  return new ComponentSearch(count, edges).components();
}

/** The shortest way from one transaction to another, undefined when there is none. */
export function shortestPath(
  from: number,
  to: number,
  successors: ReadonlyMap<number, readonly Edge[]>,
): Edge[] | undefined {
  const cameBy = new Map<number, Edge | undefined>([[from, undefined]]);
  let front = [from];
  while (front.length > 0 && !cameBy.has(to)) {
    const next: number[] = [];
    for (const at of front) {
      for (const edge of successors.get(at) ?? []) {
        if (cameBy.has(edge.to)) continue;
        cameBy.set(edge.to, edge);
        next.push(edge.to);
      }
    }
    front = next;
  }
  if (!cameBy.has(to)) return undefined;
  const path: Edge[] = [];
  for (let edge = cameBy.get(to); edge !== undefined; edge = cameBy.get(edge.from)) path.unshift(edge);
  return path;
}

export function successorsOf(edges: Iterable<Edge>): Map<number, Edge[]> {
  const successors = new Map<number, Edge[]>();
  for (const edge of edges) {
    const known = successors.get(edge.from);
    if (known === undefined) successors.set(edge.from, [edge]);
    else known.push(edge);
  }
  return successors;
}

/** Tarjan's search (1972) with a stack of its own, so that long chains do not end the run. */
class ComponentSearch {
  readonly #successors: number[][];
  readonly #order: Int32Array;
  readonly #low: Int32Array;
  readonly #isOnStack: Uint8Array;
  readonly #stack: number[] = [];
  readonly #found: number[][] = [];
  #next = 1;

  constructor(count: number, edges: readonly Edge[]) {
    this.#successors = Array.from({ length: count }, () => []);
    for (const { from, to } of edges) this.#successors[from].push(to);
    this.#order = new Int32Array(count);
    this.#low = new Int32Array(count);
    this.#isOnStack = new Uint8Array(count);
  }

  components(): number[][] {
    for (let node = 0; node < this.#order.length; node++) if (this.#order[node] === 0) this.#visit(node);
    return this.#found;
  }

  #visit(root: number): void {
    const work: { node: number; next: number }[] = [this.#enter(root)];
    while (work.length > 0) {
      const top = work.at(-1)!;
      const successor = this.#successors[top.node][top.next++];
      if (successor === undefined) {
        work.pop();
        this.#leave(top.node, work.at(-1)?.node);
      } else if (this.#order[successor] === 0) work.push(this.#enter(successor));
      else if (this.#isOnStack[successor] === 1)
        this.#low[top.node] = Math.min(this.#low[top.node], this.#order[successor]);
    }
  }

  #enter(node: number): { node: number; next: number } {
    this.#order[node] = this.#low[node] = this.#next++;
    this.#stack.push(node);
    this.#isOnStack[node] = 1;
    return { node, next: 0 };
  }

  #leave(node: number, parent: number | undefined): void {
    if (parent !== undefined) this.#low[parent] = Math.min(this.#low[parent], this.#low[node]);
    if (this.#low[node] !== this.#order[node]) return;
    const component: number[] = [];
    for (let member = -1; member !== node; ) {
      member = this.#stack.pop()!;
      this.#isOnStack[member] = 0;
      component.push(member);
    }
    this.#found.push(component);
  }
}
