import { compareBytes } from '../block/search.ts';
import { BlockReference } from '../tree/block-reference.ts';
import { TreeVersion } from '../tree/tree-version.ts';

/** How one version of a tree becomes a later one: plain data that can be sent to another thread. */
export interface TreeDelta {
  readonly treeId: number;
  /** Three numbers an edit: a position in the earlier version, how many blocks go there, how many come. */
  readonly edits: Uint32Array;
  /** The fences of the blocks that come, each with its length before it in two bytes. */
  readonly fences: Uint8Array;
}

const NUMBERS_AN_EDIT = 3;
/** LMDB's keys, of which a fence is a part, are far shorter than what two bytes can say. */
const LENGTH_BYTES = 2;

/**
 * What makes `after` of `before`: blocks that both have are told by the identity of their references, which stand for one
 * content for good.
 */
export function treeDelta(before: TreeVersion, after: TreeVersion): TreeDelta {
  const old = before.references;
  const present = after.references;
  let start = 0;
  let oldEnd = old.length;
  let presentEnd = present.length;
  while (start < oldEnd && start < presentEnd && old[start] === present[start]) start++;
  while (oldEnd > start && presentEnd > start && old[oldEnd - 1] === present[presentEnd - 1]) {
    oldEnd--;
    presentEnd--;
  }
  const edits: number[] = [];
  const fences: Uint8Array[] = [];
  let left = start;
  let right = start;
  while (left < oldEnd || right < presentEnd) {
    if (left < oldEnd && old[left] === present[right]) {
      left++;
      right++;
      continue;
    }
    const at = left;
    const came = fences.length;
    while ((left < oldEnd || right < presentEnd) && (left >= oldEnd || old[left] !== present[right])) {
      const order = left >= oldEnd ? 1 : right >= presentEnd ? -1 : compareBytes(old[left].fence, present[right].fence);
      if (order <= 0) left++;
      if (order >= 0) fences.push(present[right++].fence);
    }
    edits.push(at, left - at, fences.length - came);
  }
  return { treeId: after.treeId, edits: Uint32Array.from(edits), fences: packed(fences) };
}

/**
 * The later version. Blocks that stay keep their references, and with them their content and what is attached to it.
 * @param gone is told of those that do not stay
 */
export function applyTreeDelta(
  before: TreeVersion,
  { treeId, edits, fences }: TreeDelta,
  gone: (reference: BlockReference) => void,
): TreeVersion {
  const old = before.references;
  const places: (BlockReference | Uint8Array)[] = [];
  const unpack = new FenceReader(fences);
  let copied = 0;
  for (let edit = 0; edit < edits.length; edit += NUMBERS_AN_EDIT) {
    for (; copied < edits[edit]; copied++) places.push(old[copied]);
    for (let count = edits[edit + 1]; count > 0; count--) gone(old[copied++]);
    for (let count = edits[edit + 2]; count > 0; count--) places.push(unpack.next());
  }
  for (; copied < old.length; copied++) places.push(old[copied]);
  const references = places.map((place, at) =>
    place instanceof BlockReference ? place : new BlockReference(place, undefined, false, fenceOf(places[at + 1])),
  );
  return new TreeVersion(treeId, references);
}

function fenceOf(place: BlockReference | Uint8Array | undefined): Uint8Array | undefined {
  return place instanceof BlockReference ? place.fence : place;
}

function packed(fences: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(fences.reduce((sum, fence) => sum + LENGTH_BYTES + fence.length, 0));
  let at = 0;
  for (const fence of fences) {
    bytes[at] = fence.length;
    bytes[at + 1] = fence.length >>> 8;
    bytes.set(fence, at + LENGTH_BYTES);
    at += LENGTH_BYTES + fence.length;
  }
  return bytes;
}

class FenceReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A copy, so that one fence does not keep the whole message. */
  next(): Uint8Array {
    const start = this.#at + LENGTH_BYTES;
    this.#at = start + (this.#bytes[start - LENGTH_BYTES] | (this.#bytes[start - 1] << 8));
    return this.#bytes.slice(start, this.#at);
  }
}
