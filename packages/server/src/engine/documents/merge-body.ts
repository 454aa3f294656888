import { ByteWriter, skipValue } from '@cairn/protocol/internal';
import { mapSize, mapStart, sameBytes, stringEnd } from './map-bytes.ts';
import { isReserved, nameIs } from './system-member.ts';

interface Change {
  readonly nameStart: number;
  readonly valueStart: number;
  readonly end: number;
  used: boolean;
}

/** Changes beyond this many are found by their name's text instead of one after the other. */
const LINEAR_SEARCH_MAX = 16;

/** Members of `changes` that may be merged: names with an underscore are the server's, except the ends of an edge. */
function mergeable(changes: Uint8Array, isEdge: boolean): Change[] {
  const found: Change[] = [];
  const size = mapSize(changes, 0);
  let at = mapStart(changes, 0);
  for (let member = 0; member < size; member++) {
    const valueStart = stringEnd(changes, at);
    const end = skipValue(changes, valueStart);
    const isEnd = isEdge && (nameIs(changes, at, '_from') || nameIs(changes, at, '_to'));
    if (isEnd || !isReserved(changes, at)) found.push({ nameStart: at, valueStart, end, used: false });
    at = end;
  }
  return found;
}

class ChangeIndex {
  readonly #bytes: Uint8Array;
  readonly #changes: readonly Change[];
  readonly #byName: Map<string, Change> | undefined;

  constructor(bytes: Uint8Array, changes: readonly Change[]) {
    this.#bytes = bytes;
    this.#changes = changes;
    if (changes.length > LINEAR_SEARCH_MAX) {
      this.#byName = new Map(changes.map((change) => [nameText(bytes, change.nameStart, change.valueStart), change]));
    }
  }

  find(body: Uint8Array, start: number, end: number): Change | undefined {
    if (this.#byName !== undefined) return this.#byName.get(nameText(body, start, end));
    const length = end - start;
    for (const change of this.#changes) {
      if (change.valueStart - change.nameStart !== length) continue;
      if (sameBytes(body, start, this.#bytes, change.nameStart, length)) return change;
    }
    return undefined;
  }
}

function nameText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

const writer = new ByteWriter();

/**
 * The members of `body` with those of `changes` laid over them, members that both have in their old place and new ones
 * at the end. Both are canonical maps and so is the answer; nothing in them is decoded.
 */
export function mergeBody(body: Uint8Array, changes: Uint8Array, isEdge: boolean): Uint8Array {
  const list = mergeable(changes, isEdge);
  const index = new ChangeIndex(changes, list);
  const size = mapSize(body, 0);
  const chosen: Member[] = [];
  let at = mapStart(body, 0);
  for (let member = 0; member < size; member++) {
    const valueStart = stringEnd(body, at);
    const end = skipValue(body, valueStart);
    const change = index.find(body, at, valueStart);
    if (change === undefined) chosen.push({ bytes: body, start: at, end });
    else {
      change.used = true;
      chosen.push({ bytes: changes, start: change.nameStart, end: change.end });
    }
    at = end;
  }
  for (const change of list)
    if (!change.used) chosen.push({ bytes: changes, start: change.nameStart, end: change.end });
  return written(chosen);
}

/** `replacement` with the ends of an edge that `body` has and it names none for, in front. Both are canonical maps. */
export function keepEnds(body: Uint8Array, replacement: Uint8Array): Uint8Array {
  const given = membersOf(replacement);
  const kept = membersOf(body).filter(
    ({ name }) => (name === '_from' || name === '_to') && !given.some((member) => member.name === name),
  );
  return kept.length === 0 ? replacement : written([...kept, ...given]);
}

interface Member {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Members as they stand; `name` says which of the two ends one is, if any. */
function membersOf(bytes: Uint8Array): (Member & { readonly name: string | undefined })[] {
  const ends = ['_from', '_to'];
  const size = mapSize(bytes, 0);
  let at = mapStart(bytes, 0);
  return Array.from({ length: size }, () => {
    const start = at;
    at = skipValue(bytes, stringEnd(bytes, start));
    return { bytes, start, end: at, name: ends.find((name) => nameIs(bytes, start, name)) };
  });
}

function written(members: readonly Member[]): Uint8Array {
  writer.reset();
  writer.mapHeader(members.length);
  for (const { bytes, start, end } of members) writer.raw(bytes, start, end);
  return writer.finish();
}
