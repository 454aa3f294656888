import { compareValues, encodeValue, type Value } from '@cairn/protocol/internal';
import {
  type DocumentPosition,
  type IndexView,
  type ReadView,
  recordBody,
  recordBodyEnd,
  recordKey,
} from '@cairn/storage/internal';
import type { Direction } from '../../ast/query.ts';
import { mapStart } from '../../compile/field-finder/map-start.ts';
import { readStored } from '../../compile/field-finder/read-stored.ts';
import { skipStored } from '../../compile/field-finder/skip-stored.ts';
import { type PositionCursor, positionsOfBlocks } from '../access/position-cursor.ts';
import type { QueryLimits } from '../limits.ts';
import type { MemoryBudget } from '../memory/memory-budget.ts';

/** What a walk needs of the run. */
export interface GraphHost {
  readonly view: ReadView;
  readonly database: string;
  checkpoint(): unknown;
  /** Set by `checkpoint` when others are to get their turn. */
  readonly pause: boolean;
  readonly memory: MemoryBudget;
  readonly limits: QueryLimits;
  keep(members: number): number;
  readonly access: { collection(name: string): ReturnType<ReadView['collection']> & object };
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly key: string;
  readonly position: DocumentPosition;
}

type Ends = 'from' | 'to';

/** Edges by the vertices at their ends: through indexes on `_from` and `_to`, or from one scan of the collection. */
export class Adjacency {
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

const fromName = encodeValue('_from');
const toName = encodeValue('_to');

/** The text under a top-level name of a stored document; empty when there is none. */
function storedText(position: DocumentPosition, name: Uint8Array): string {
  const text = storedMember(position, name);
  return typeof text === 'string' ? text : '';
}

/** The value under a top-level name of a stored document, `name` as stored; undefined when there is none. */
export function storedMember({ bytes, record }: DocumentPosition, name: Uint8Array): Value | undefined {
  const end = recordBodyEnd(bytes, record);
  let at = mapStart(bytes, recordBody(bytes, record));
  while (at < end) {
    const value = skipStored(bytes, at);
    if (value - at === name.length && name.every((byte, index) => bytes[at + index] === byte)) {
      return readStored(bytes, value);
    }
    at = skipStored(bytes, value);
  }
  return undefined;
}

/** The vertex that an edge leads to from another. */
export function farEnd(edge: Edge, id: string, direction: Direction): string {
  if (direction === 'any') return edge.from === id ? edge.to : edge.from;
  return direction === 'outbound' ? edge.to : edge.from;
}

/** `collection/key`, whether or not the database's name stands before it. */
export function plainId(id: string, database: string): string {
  return id.startsWith(`${database}:`) ? id.slice(database.length + 1) : id;
}

function append(map: Map<string, Edge[]>, id: string, edge: Edge): void {
  const list = map.get(id);
  if (list === undefined) map.set(id, [edge]);
  else list.push(edge);
}
