import { type ByteWriter, skipValue } from '@cairn/protocol/internal';
import { isMap, mapSize, mapStart, stringAt, stringEnd } from '../../../engine/documents/map-bytes.ts';

/** Names that are hidden, and what is hidden below others. */
export interface HiddenTree {
  isHidden: boolean;
  readonly below: Map<string, HiddenTree>;
}

/** A member of a map: where its name and value begin, and where it ends. */
export interface Member {
  readonly name: string;
  readonly nameAt: number;
  readonly valueAt: number;
  readonly end: number;
}

export function hiddenTree(paths: readonly string[]): HiddenTree {
  const root: HiddenTree = { isHidden: false, below: new Map() };
  for (const path of paths) {
    let node = root;
    for (const name of path.split('.')) {
      const next = node.below.get(name) ?? { isHidden: false, below: new Map() };
      node.below.set(name, next);
      node = next;
    }
    node.isHidden = true;
  }
  return root;
}

/** Whether the value at `at` holds something hidden. Arrays are looked through: a path goes on in each of their members. */
export function holdsHidden(bytes: Uint8Array, at: number, tree: HiddenTree): boolean {
  if (!isMap(bytes, at)) return elements(bytes, at).some((element) => holdsHidden(bytes, element, tree));
  return members(bytes, at).some(({ name, valueAt }) => {
    const below = tree.below.get(name);
    return below !== undefined && (below.isHidden || holdsHidden(bytes, valueAt, below));
  });
}

/** Writes the value at `at` without what is hidden of it. */
export function copyShown(writer: ByteWriter, bytes: Uint8Array, at: number, tree: HiddenTree): void {
  if (isMap(bytes, at)) {
    const shown = members(bytes, at).filter(({ name }) => tree.below.get(name)?.isHidden !== true);
    writer.mapHeader(shown.length);
    for (const { nameAt, valueAt, end, name } of shown) {
      const below = tree.below.get(name);
      writer.raw(bytes, nameAt, below === undefined ? end : valueAt);
      if (below !== undefined) copyShown(writer, bytes, valueAt, below);
    }
  } else if (isArray(bytes, at)) {
    const places = elements(bytes, at);
    writer.arrayHeader(places.length);
    for (const element of places) copyShown(writer, bytes, element, tree);
  } else writer.raw(bytes, at, skipValue(bytes, at));
}

export function members(bytes: Uint8Array, at: number): Member[] {
  const found: Member[] = [];
  let nameAt = mapStart(bytes, at);
  for (let left = mapSize(bytes, at); left > 0; left--) {
    const valueAt = stringEnd(bytes, nameAt);
    const end = skipValue(bytes, valueAt);
    found.push({ name: stringAt(bytes, nameAt), nameAt, valueAt, end });
    nameAt = end;
  }
  return found;
}

export function isArray(bytes: Uint8Array, at: number): boolean {
  const code = bytes[at]!;
  return (code & 0xf0) === 0x90 || code === 0xdc || code === 0xdd;
}

/** Where the members of the array at `at` begin; none for what is no array. */
function elements(bytes: Uint8Array, at: number): number[] {
  if (!isArray(bytes, at)) return [];
  const code = bytes[at]!;
  const header = code < 0xa0 ? 1 : code === 0xdc ? 3 : 5;
  let count = code & 0x0f;
  if (header > 1) {
    count = 0;
    for (let byte = 1; byte < header; byte++) count = count * 256 + bytes[at + byte]!;
  }
  const places: number[] = [];
  for (let place = at + header; places.length < count; place = skipValue(bytes, place)) places.push(place);
  return places;
}
