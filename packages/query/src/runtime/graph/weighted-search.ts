import { compareValues } from '@cairn/protocol/internal';
import type { Direction } from '../../ast/query.ts';
import { QueryLimitError } from '../run-errors.ts';
import { type Adjacency, type Edge, farEnd, type GraphHost } from './adjacency.ts';
import { BinaryHeap } from './binary-heap.ts';
import type { EdgeWeight } from './edge-weights.ts';

/** A vertex as a search reached it: the end of a way that goes back through its parents. */
export interface WeightedStep {
  readonly id: string;
  /** The sum of the edges' weights on the way. */
  readonly weight: number;
  /** Their number. */
  readonly hops: number;
  readonly edge: Edge | undefined;
  readonly parent: WeightedStep | undefined;
}

/** What a search must not touch. */
export interface Blocked {
  readonly vertices: ReadonlySet<string>;
  /** Keys of edges. */
  readonly edges: ReadonlySet<string>;
}

/** Where searches go, and how far. */
export interface SearchGround {
  readonly adjacency: Adjacency;
  readonly direction: Direction;
  readonly weight: EdgeWeight;
  /** Whether many searches will cross the same vertices. */
  readonly remembers: boolean;
  /** Vertices that all searches together may visit. */
  readonly visitsMax: number;
}

interface Onward {
  readonly id: string;
  readonly edge: Edge;
  readonly weight: number;
}

const nothing: Blocked = { vertices: new Set(), edges: new Set() };

export function originOf(id: string): WeightedStep {
  return { id, weight: 0, hops: 0, edge: undefined, parent: undefined };
}

/** Shorter ways first; of the same length those of fewer edges, then those whose first different edge has the lesser key. */
export function compareWays(left: WeightedStep, right: WeightedStep): number {
  if (left.weight !== right.weight) return left.weight < right.weight ? -1 : 1;
  if (left.hops !== right.hops) return left.hops - right.hops;
  let order = 0;
  let a: WeightedStep | undefined = left;
  let b: WeightedStep | undefined = right;
  while (a !== b && a?.edge !== undefined && b?.edge !== undefined) {
    order = compareValues(a.edge.key, b.edge.key) || order;
    a = a.parent;
    b = b.parent;
  }
  return order;
}

/**
 * Shortest ways by the sum of weights that are not negative.
 *
 * Source: E. W. Dijkstra, "A note on two problems in connexion with graphs", Numerische Mathematik 1 (1959).
 */
export class WeightedSearch {
  readonly #host: GraphHost;
  readonly #ground: SearchGround;
  readonly #known = new Map<string, readonly Onward[]>();
  #visits = 0;
  #keptBytes = 0;

  constructor(host: GraphHost, ground: SearchGround) {
    this.#host = host;
    this.#ground = ground;
  }

  /**
   * The first way in the order of `compareWays` that leads on from `origin` to `goal`; undefined when there is none.
   * Yields when others are to get their turn.
   */
  *find(
    origin: WeightedStep,
    goal: string,
    blocked: Blocked = nothing,
  ): Generator<undefined, WeightedStep | undefined> {
    const best = new Map([[origin.id, origin]]);
    const open = new BinaryHeap(compareWays);
    open.push(origin);
    let kept = 0;
    try {
      for (let step = open.pop(); step !== undefined; step = open.pop()) {
        if (best.get(step.id) !== step) continue; // a shorter way was found after this one
        if (step.id === goal) return step;
        this.#countVisit();
        if (this.#host.pause) yield;
        for (const { id, edge, weight } of this.#onward(step.id)) {
          if (blocked.vertices.has(id) || blocked.edges.has(edge.key)) continue;
          const next = { id, weight: step.weight + weight, hops: step.hops + 1, edge, parent: step };
          const known = best.get(id);
          if (known !== undefined && compareWays(known, next) <= 0) continue;
          kept += this.#host.keep(8);
          best.set(id, next);
          open.push(next);
        }
      }
      return undefined;
    } finally {
      this.#host.memory.release(kept);
    }
  }

  /** Forgets the edges it remembers. */
  close(): void {
    this.#known.clear();
    this.#host.memory.release(this.#keptBytes);
    this.#keptBytes = 0;
  }

  #countVisit(): void {
    this.#host.checkpoint();
    const { visitsMax } = this.#ground;
    if (++this.#visits > visitsMax) throw new QueryLimitError('pathVisitsMax', visitsMax);
  }

  #onward(from: string): readonly Onward[] {
    const known = this.#known.get(from);
    if (known !== undefined) return known;
    const { adjacency, direction, weight, remembers } = this.#ground;
    const onward = adjacency.neighbours(from, direction).map((edge) => ({
      id: farEnd(edge, from, direction),
      edge,
      weight: weight(edge),
    }));
    if (remembers) {
      this.#keptBytes += this.#host.keep(8 * onward.length);
      this.#known.set(from, onward);
    }
    return onward;
  }
}
