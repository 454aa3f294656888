import { CairnError, type Value } from '@cairn/protocol/internal';
import { decodeDocument } from '@cairn/storage/internal';
import type { Direction } from '../../ast/query.ts';
import { Adjacency, type Edge, farEnd, type GraphHost, plainId } from './adjacency.ts';
import { type EdgeWeight, edgeWeight } from './edge-weights.ts';
import { shortestPaths, wayTo } from './shortest-paths.ts';
import { originOf, WeightedSearch } from './weighted-search.ts';

/** One answer of a traversal: a vertex and the edge that reached it. */
export interface GraphStep {
  readonly vertex: Value;
  readonly edge: Value;
  /** The way from the start as `{ vertices, edges }`; null unless asked for. */
  readonly path: Value;
}

/** What a traversal hands out, and where it stops. */
export interface TraversalOptions {
  readonly depth: Depth;
  readonly withEdges: boolean;
  readonly withPath: boolean;
  /** Whether nothing behind this vertex is to be visited. */
  readonly prune?: (vertex: Value, edge: Value, path: Value) => boolean;
}

/** Steps from the start at which vertices are handed out. */
export interface Depth {
  readonly min: number;
  readonly max: number;
}

/** A vertex as the search reached it. */
interface Reached {
  readonly id: string;
  readonly depth: number;
  readonly edge: Edge | undefined;
  readonly parent: Reached | undefined;
  /** Its neighbours are not visited from here. */
  pruned: boolean;
}

/** What a way consists of, whichever search found it. */
interface AnyStep {
  readonly id: string;
  readonly edge: Edge | undefined;
  readonly parent: AnyStep | undefined;
}

function startOf(id: string): Reached {
  return { id, depth: 0, edge: undefined, parent: undefined, pruned: false };
}

/** Walks edges breadth first. Neighbours come in the order of edge keys, and every vertex counts once. */
export class GraphWalker {
  readonly #host: GraphHost;
  readonly #adjacency = new Map<string, Adjacency>();

  constructor(host: GraphHost) {
    this.#host = host;
  }

  /**
   * Vertices between `min` and `max` steps from the start; ids of vertices that do not exist are walked through. Edges are
   * decoded only when asked for.
   */
  *traverse(edges: string, start: Value, direction: Direction, options: TraversalOptions): Generator<GraphStep> {
    const { min, max } = options.depth;
    const { withEdges, withPath, prune } = options;
    const origin = startOf(this.#vertexId(start, 'Start'));
    for (const reached of this.#search(edges, origin, direction, max)) {
      const isWanted = reached.depth >= min && reached.depth <= max;
      if (!isWanted && prune === undefined) continue;
      const vertex = this.#vertex(reached.id);
      const edge = withEdges ? this.#edge(edges, reached.edge) : null;
      const path = withPath ? this.#path(edges, reached) : null;
      // Asked before the neighbours are visited: the search goes on when it is asked for more.
      reached.pruned = prune?.(vertex, edge, path) ?? false;
      if (isWanted && vertex !== null) yield { vertex, edge, path };
    }
  }

  #path(edges: string, reached: AnyStep): { vertices: Value[]; edges: Value[] } {
    const way = wayTo(reached);
    return {
      vertices: way.map((step) => this.#vertex(step.id)),
      edges: way.slice(1).map((step) => this.#edge(edges, step.edge)),
    };
  }

  /**
   * Vertices of a shortest path, start and target included; nothing when there is none. Yields undefined when others are
   * to get their turn.
   *
   * @param options see `edgeWeight`
   */
  *shortestPath(
    edges: string,
    start: Value,
    target: Value,
    direction: Direction,
    options: Value,
    withEdges: boolean,
  ): Generator<GraphStep | undefined> {
    const origin = this.#vertexId(start, 'Start');
    const goal = this.#vertexId(target, 'End');
    const weight = edgeWeight(options, edges);
    const end =
      weight === undefined
        ? yield* this.#nearest(edges, origin, goal, direction)
        : yield* this.#weightedSearch({ edges, direction, weight, remembers: false }).find(originOf(origin), goal);
    if (end === undefined) return;
    for (const step of wayTo<AnyStep>(end)) {
      const vertex = this.#vertex(step.id);
      if (vertex !== null) yield { vertex, edge: withEdges ? this.#edge(edges, step.edge) : null, path: null };
    }
  }

  /**
   * Paths without loops as `{ vertices, edges, weight }`, the shortest first; each is searched for when it is asked for.
   * Yields undefined when others are to get their turn.
   */
  *shortestPaths(
    edges: string,
    start: Value,
    target: Value,
    direction: Direction,
    options: Value,
  ): Generator<Value | undefined> {
    const origin = this.#vertexId(start, 'Start');
    const goal = this.#vertexId(target, 'End');
    const weight = edgeWeight(options, edges) ?? countEdge;
    const search = this.#weightedSearch({ edges, direction, weight, remembers: true });
    for (const end of shortestPaths(this.#host, search, origin, goal)) {
      yield end && { ...this.#path(edges, end), weight: end.weight };
    }
  }

  #weightedSearch(ground: {
    edges: string;
    direction: Direction;
    weight: EdgeWeight;
    remembers: boolean;
  }): WeightedSearch {
    const visitsMax = ground.remembers ? this.#host.limits.pathVisitsMax : Number.POSITIVE_INFINITY;
    return new WeightedSearch(this.#host, { ...ground, adjacency: this.#adjacencyOf(ground.edges), visitsMax });
  }

  /** The goal as the search by levels meets it. */
  *#nearest(
    edges: string,
    origin: string,
    goal: string,
    direction: Direction,
  ): Generator<undefined, Reached | undefined> {
    for (const reached of this.#search(edges, startOf(origin), direction, Number.POSITIVE_INFINITY, goal)) {
      if (reached.id === goal) return reached;
      if (this.#host.pause) yield;
    }
    return undefined;
  }

  /** Level by level; with a goal it ends as soon as that is met, since nothing found later is nearer. */
  *#search(edges: string, origin: Reached, direction: Direction, max: number, goal?: string): Generator<Reached> {
    const adjacency = this.#adjacencyOf(edges);
    const seen = new Set([origin.id]);
    let level: Reached[] = [origin];
    let kept = 0;
    try {
      while (level.length > 0) {
        yield* level;
        if (level[0].depth >= max) return;
        const next: Reached[] = [];
        for (const from of level) {
          if (from.pruned) continue;
          this.#host.checkpoint();
          for (const edge of adjacency.neighbours(from.id, direction)) {
            const id = farEnd(edge, from.id, direction);
            if (seen.has(id)) continue;
            seen.add(id);
            kept += this.#host.keep(6);
            const reached = { id, depth: from.depth + 1, edge, parent: from, pruned: false };
            if (id === goal) {
              yield reached;
              return;
            }
            next.push(reached);
          }
        }
        level = next;
      }
    } finally {
      this.#host.memory.release(kept);
    }
  }

  #adjacencyOf(edges: string): Adjacency {
    let adjacency = this.#adjacency.get(edges);
    if (adjacency === undefined) this.#adjacency.set(edges, (adjacency = new Adjacency(edges, this.#host)));
    return adjacency;
  }

  /** `collection/key` of a start or target, which may also be `database:collection/key`. */
  #vertexId(value: Value, which: string): string {
    if (typeof value === 'string') return plainId(value, this.#host.database);
    throw new CairnError(
      'invalid_argument',
      `${which} vertex must be a string: the _id of a document, not the document`,
    );
  }

  #vertex(id: string): Value {
    const slash = id.indexOf('/');
    if (slash < 0) return null;
    const name = id.slice(0, slash);
    const position = this.#host.view.collection(name)?.get(id.slice(slash + 1));
    return position === undefined
      ? null
      : decodeDocument(`${this.#host.database}:${name}/`, position.bytes, position.record);
  }

  #edge(edges: string, edge: Edge | undefined): Value {
    if (edge === undefined) return null;
    return decodeDocument(`${this.#host.database}:${edges}/`, edge.position.bytes, edge.position.record);
  }
}

function countEdge(): number {
  return 1;
}
