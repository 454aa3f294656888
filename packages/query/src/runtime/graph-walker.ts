import { CairnError, compareValues, type Value } from '@cairn/protocol/internal';
import {
  type DocumentPosition,
  decodeDocument,
  type IndexView,
  type ReadView,
  recordBody,
  recordBodyEnd,
  recordKey,
} from '@cairn/storage/internal';
import type { Direction } from '../ast/query.ts';
import { mapStart } from '../compile/field-finder/map-start.ts';
import { readStored } from '../compile/field-finder/read-stored.ts';
import { skipStored } from '../compile/field-finder/skip-stored.ts';
import { type PositionCursor, positionsOfBlocks } from './access/position-cursor.ts';
import type { MemoryBudget } from './memory/memory-budget.ts';

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

/** What a walk needs of the run. */
export interface GraphHost {
  readonly view: ReadView;
  readonly database: string;
  checkpoint(): unknown;
  readonly memory: MemoryBudget;
  keep(members: number): number;
  readonly access: { collection(name: string): ReturnType<ReadView['collection']> & object };
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly key: string;
  readonly position: DocumentPosition;
}

type Ends = 'from' | 'to';

/** A vertex as the search reached it. */
interface Reached {
  readonly id: string;
  readonly depth: number;
  readonly edge: Edge | undefined;
  readonly parent: Reached | undefined;
  /** Its neighbours are not visited from here. */
  pruned: boolean;
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

  #path(edges: string, reached: Reached): Value {
    const way = wayTo(reached);
    return {
      vertices: way.map((step) => this.#vertex(step.id)),
      edges: way.slice(1).map((step) => this.#edge(edges, step.edge)),
    };
  }

  /** Vertices of a shortest path, start and target included; nothing when there is none. */
  *shortestPath(
    edges: string,
    start: Value,
    target: Value,
    direction: Direction,
    withEdges: boolean,
  ): Generator<GraphStep> {
    const origin = startOf(this.#vertexId(start, 'Start'));
    const goal = this.#vertexId(target, 'End');
    for (const reached of this.#search(edges, origin, direction, Number.POSITIVE_INFINITY, goal)) {
      if (reached.id !== goal) continue;
      for (const step of wayTo(reached)) {
        const vertex = this.#vertex(step.id);
        if (vertex !== null) yield { vertex, edge: withEdges ? this.#edge(edges, step.edge) : null, path: null };
      }
      return;
    }
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
            const id = direction === 'any' ? otherEnd(edge, from.id) : direction === 'outbound' ? edge.to : edge.from;
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

  /** `collection/key` of a start or target, which may also be `database:collection/key` or a document. */
  #vertexId(value: Value, which: string): string {
    const id = typeof value === 'object' && value !== null && !Array.isArray(value) ? memberText(value, '_id') : value;
    if (typeof id !== 'string') throw new CairnError('invalid_argument', `${which} vertex must be a string`);
    return plainId(id, this.#host.database);
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

/** Edges by the vertices at their ends: through indexes on `_from` and `_to`, or from one scan of the collection. */
class Adjacency {
  readonly #host: GraphHost;
  readonly #edges: string;
  readonly #longSpellings = new Map<Ends, boolean>();
  #scanned: Record<Ends, Map<string, Edge[]>> | undefined;

  constructor(edges: string, host: GraphHost) {
    this.#edges = edges;
    this.#host = host;
  }

  neighbours(id: string, direction: Direction): readonly Edge[] {
    if (direction === 'outbound') return this.#at('from', id);
    if (direction === 'inbound') return this.#at('to', id);
    const inbound = this.#at('to', id).filter((edge) => edge.from !== edge.to);
    return [...this.#at('from', id), ...inbound].sort((a, b) => compareValues(a.key, b.key));
  }

  #at(end: Ends, id: string): readonly Edge[] {
    const index = this.#index(end);
    if (index === undefined) return this.#scan()[end].get(id) ?? [];
    const found = this.#read(index, id);
    if (!this.#hasLongSpelling(end, index)) return found;
    found.push(...this.#read(index, `${this.#host.database}:${id}`));
    return found.sort((a, b) => compareValues(a.key, b.key));
  }

  /** The edges with this very text at one end, in key order. */
  #read(index: IndexView, spelling: string): Edge[] {
    const collection = this.#host.access.collection(this.#edges);
    const found: Edge[] = [];
    const cursor = index.scan({ equal: [spelling] }, 'forward');
    for (let key = cursor.next(); key !== undefined; key = cursor.next()) {
      const position = collection.get(key);
      if (position !== undefined) found.push(this.#edgeAt(position));
    }
    return found;
  }

  /** Whether any edge names its end with the database in front, which few ever do: looked at once a run. */
  #hasLongSpelling(end: Ends, index: IndexView): boolean {
    let has = this.#longSpellings.get(end);
    if (has === undefined) {
      const { database } = this.#host;
      const lower = { value: `${database}:`, inclusive: true };
      const upper = { value: `${database};`, inclusive: false }; // the character behind the colon
      has = index.scan({ equal: [], lower, upper }, 'forward').next() !== undefined;
      this.#longSpellings.set(end, has);
    }
    return has;
  }

  #index(end: Ends): IndexView | undefined {
    const { indexes } = this.#host.access.collection(this.#edges);
    return indexes.find(
      (index) => index.type === 'persistent' && index.fields.length === 1 && index.fields[0] === `_${end}`,
    );
  }

  #scan(): Record<Ends, Map<string, Edge[]>> {
    if (this.#scanned !== undefined) return this.#scanned;
    const scanned = { from: new Map<string, Edge[]>(), to: new Map<string, Edge[]>() };
    const positions: PositionCursor = positionsOfBlocks(this.#host.access.collection(this.#edges).blocks());
    for (let position = positions.next(); position !== undefined; position = positions.next()) {
      this.#host.keep(8);
      const edge = this.#edgeAt(position);
      append(scanned.from, edge.from, edge);
      append(scanned.to, edge.to, edge);
    }
    this.#scanned = scanned;
    return scanned;
  }

  /** The ends are read from the document's bytes: a walk meets many more edges than it hands out. */
  #edgeAt(position: DocumentPosition): Edge {
    const end = (name: Uint8Array) => plainId(storedText(position, name), this.#host.database);
    const key = recordKey(position.bytes, position.record);
    return { from: end(fromName), to: end(toName), key, position };
  }
}

const fromName = new TextEncoder().encode('_from');
const toName = new TextEncoder().encode('_to');

/** The text under a top-level name of a stored document; empty when there is none. */
function storedText({ bytes, record }: DocumentPosition, name: Uint8Array): string {
  const end = recordBodyEnd(bytes, record);
  let at = mapStart(bytes, recordBody(bytes, record));
  while (at < end) {
    const value = skipStored(bytes, at);
    if (bytes[at] === 0xa0 + name.length && name.every((byte, index) => bytes[at + 1 + index] === byte)) {
      const text = readStored(bytes, value);
      return typeof text === 'string' ? text : '';
    }
    at = skipStored(bytes, value);
  }
  return '';
}

/** The steps from the start, the vertex itself last. */
function wayTo(reached: Reached): Reached[] {
  const way: Reached[] = [];
  for (let at: Reached | undefined = reached; at !== undefined; at = at.parent) way.push(at);
  return way.reverse();
}

function append(map: Map<string, Edge[]>, id: string, edge: Edge): void {
  const list = map.get(id);
  if (list === undefined) map.set(id, [edge]);
  else list.push(edge);
}

function otherEnd(edge: Edge, id: string): string {
  return edge.from === id ? edge.to : edge.from;
}

/** `collection/key`, whether or not the database's name stands before it. */
function plainId(id: string, database: string): string {
  return id.startsWith(`${database}:`) ? id.slice(database.length + 1) : id;
}

function memberText(value: Value, name: string): Value | undefined {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as { [key: string]: Value })[name]
    : undefined;
}
