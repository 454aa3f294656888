import { CairnError } from '@cairn/protocol/internal';
import { compareBytes } from '../block/search.ts';
import { BlockList, BlockListBuilder } from '../tree/block-list.ts';
import { BlockReference } from '../tree/block-reference.ts';
import { TreeVersion } from '../tree/tree-version.ts';

/** How one version of a tree becomes a later one: plain data that can be sent to another thread. */
export interface TreeDelta {
  readonly treeId: number;
  /** The earlier version is the tree without any block. */
  readonly isWhole: boolean;
  /** Three numbers an edit: a position in the earlier version, how many blocks go there, how many come. */
  readonly edits: Uint32Array;
  /** The fences of the blocks that come, each with its length before it in two bytes. */
  readonly fences: Uint8Array;
  readonly unwritten: UnwrittenBlocks;
}

/** Those of the blocks that come which the file may not have yet. */
export interface UnwrittenBlocks {
  /** Their numbers among the blocks that come. */
  readonly numbers: Uint32Array;
  readonly lsns: Float64Array;
  /** Where the bytes of each end. */
  readonly ends: Uint32Array;
  readonly bytes: Uint8Array;
}

const NUMBERS_AN_EDIT = 3;
/** LMDB's keys, of which a fence is a part, are far shorter than what two bytes can say. */
const LENGTH_BYTES = 2;

/**
 * What makes `after` of `before`, or of nothing: blocks that both have are told by the identity of their references,
 * which stand for one content for good.
 * @param fileLsn blocks of later commits are sent along, because the file may not have them
 */
export function treeDelta(before: TreeVersion | undefined, after: TreeVersion, fileLsn: number): TreeDelta {
  const old = before?.references ?? BlockList.of([]);
  const present = after.references;
  const start = old.sharedStart(present);
  const end = old.sharedEnd(present, start);
  const oldEnd = old.length - end;
  const presentEnd = present.length - end;
  const edits: number[] = [];
  const coming: BlockReference[] = [];
  let left = start;
  let right = start;
  while (left < oldEnd || right < presentEnd) {
    if (left < oldEnd && old.at(left) === present.at(right)) {
      left++;
      right++;
      continue;
    }
    const at = left;
    const came = coming.length;
    while ((left < oldEnd || right < presentEnd) && (left >= oldEnd || old.at(left) !== present.at(right))) {
      const order =
        left >= oldEnd ? 1 : right >= presentEnd ? -1 : compareBytes(old.at(left)!.fence, present.at(right)!.fence);
      if (order <= 0) left++;
      if (order >= 0) coming.push(present.at(right++)!);
    }
    edits.push(at, left - at, coming.length - came);
  }
  return {
    treeId: after.treeId,
    isWhole: before === undefined,
    edits: Uint32Array.from(edits),
    fences: packedFences(coming),
    unwritten: unwrittenAmong(coming, fileLsn),
  };
}

/** The memory of a delta, which may be handed over with it. */
export function deltaBuffers({ edits, fences, unwritten }: TreeDelta): ArrayBuffer[] {
  const { numbers, lsns, ends, bytes } = unwritten;
  return [edits, fences, numbers, lsns, ends, bytes].map((array) => array.buffer as ArrayBuffer);
}

/** Told of blocks as a version of a tree becomes the next one. */
export interface BlockWatch {
  gone(reference: BlockReference): void;
  /** The block has bytes that the file may not have. */
  unwritten(reference: BlockReference): void;
}

/**
 * The later version. Blocks that stay keep their references, and with them their content and what is attached to it.
 * @throws CairnError `internal` when the earlier version is not there
 */
export function applyTreeDelta(before: TreeVersion | undefined, delta: TreeDelta, watch: BlockWatch): TreeVersion {
  const { treeId, edits, fences, isWhole } = delta;
  if (!isWhole && before === undefined) throw new CairnError('internal', `Tree ${treeId} is not known here`);
  const old = isWhole ? BlockList.of([]) : before!.references;
  const references = new BlockListBuilder();
  const coming: BlockReference[] = [];
  const unpack = new FenceReader(fences);
  let copied = 0;
  for (let edit = 0; edit < edits.length; edit += NUMBERS_AN_EDIT) {
    references.copy(old, copied, edits[edit]);
    copied = edits[edit];
    for (let count = edits[edit + 1]; count > 0; count--) watch.gone(old.at(copied++)!);
    const arrivals = Array.from({ length: edits[edit + 2] }, () => unpack.next());
    for (const [at, fence] of arrivals.entries()) {
      // Between two edits stands a block that stays: the last one that comes is followed by it.
      const reference = new BlockReference(fence, undefined, false, arrivals[at + 1] ?? old.at(copied)?.fence);
      coming.push(reference);
      references.add(reference);
    }
  }
  references.copy(old, copied, old.length);
  giveBytes(coming, delta.unwritten, watch);
  return new TreeVersion(treeId, references.build());
}

function giveBytes(
  coming: readonly BlockReference[],
  { numbers, lsns, ends, bytes }: UnwrittenBlocks,
  watch: BlockWatch,
): void {
  let start = 0;
  for (const [at, number] of numbers.entries()) {
    const reference = coming[number];
    reference.lsn = lsns[at];
    reference.bytes = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset + start, ends[at] - start);
    reference.verified = true;
    start = ends[at];
    watch.unwritten(reference);
  }
}

function unwrittenAmong(coming: readonly BlockReference[], fileLsn: number): UnwrittenBlocks {
  const numbers = [...coming.keys()].filter((number) => coming[number].lsn > fileLsn);
  const blocks = numbers.map((number) => coming[number]);
  const ends = new Uint32Array(blocks.length);
  const bytes = new Uint8Array(blocks.reduce((sum, block) => sum + block.bytes!.length, 0));
  let at = 0;
  for (const [number, block] of blocks.entries()) {
    bytes.set(block.bytes!, at);
    at += block.bytes!.length;
    ends[number] = at;
  }
  return { numbers: Uint32Array.from(numbers), lsns: Float64Array.from(blocks, (block) => block.lsn), ends, bytes };
}

function packedFences(references: readonly BlockReference[]): Uint8Array {
  const bytes = new Uint8Array(references.reduce((sum, { fence }) => sum + LENGTH_BYTES + fence.length, 0));
  let at = 0;
  for (const { fence } of references) {
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
