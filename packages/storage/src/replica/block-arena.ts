import type { BlockReference } from '../tree/block-reference.ts';

/** Slots are allocated so many at a time: an arena that is little used stays small. */
const SLAB_SLOTS = 128;
/** Blocks that are not kept are copied into pieces of so many bytes: one allocation for each of them would cost more than the copy. */
const PIECE_BYTES = 256 * 1024;
/** Of all slots, how many may wait for readers to end before no more are taken away. */
const WAITING_SHARE_MAX = 0.25;

export interface BlockArenaOptions {
  readonly budgetBytes: number;
  /** Room for one block; larger blocks are not kept. */
  readonly slotBytes: number;
}

/** A slot that no block has any more, and that somebody may still be reading who began at or before `reader`. */
interface WaitingSlot {
  readonly slot: number;
  readonly reader: number;
}

/**
 * Keeps the bytes of blocks in slots that are used again: allocating and collecting 8 KB for each block costs several
 * times what copying it does. By the clock algorithm, as the cache of the database; a slot that was taken from a block is
 * filled again when all who were reading then have ended, so the bytes that a reader sees never change.
 */
export class BlockArena {
  readonly #slotBytes: number;
  readonly #slotsMax: number;
  readonly #slabs: ArrayBuffer[] = [];
  /** The block in each slot. */
  readonly #held: (BlockReference | undefined)[] = [];
  readonly #free: number[] = [];
  #waiting: WaitingSlot[] = [];
  #hand = 0;
  /** What is copied and not kept goes here; the collector frees it when nobody has anything of it. */
  #piece = new ArrayBuffer(0);
  #pieceUsed = 0;
  #lastReader = 0;
  /** Those who read now, in the order in which they began. */
  readonly #readers = new Set<number>();

  constructor({ budgetBytes, slotBytes }: BlockArenaOptions) {
    this.#slotBytes = slotBytes;
    this.#slotsMax = Math.floor(budgetBytes / slotBytes);
  }

  /** Whether a walk over so many blocks finds them here the next time: otherwise it would only drive others out. */
  hasRoomForWalk(blocks: number): boolean {
    return blocks <= this.#slotsMax;
  }

  /** Somebody begins to read; the answer is for `leave`. */
  enter(): number {
    this.#readers.add(++this.#lastReader);
    return this.#lastReader;
  }

  leave(reader: number): void {
    this.#readers.delete(reader);
  }

  /** Keeps a copy of the bytes as the block's, if there is room, and answers it. */
  keep(reference: BlockReference, bytes: Uint8Array): Uint8Array {
    const slot = bytes.length > this.#slotBytes ? -1 : this.#take();
    if (slot < 0) return this.copy(bytes);
    const view = Buffer.from(this.#slabs[Math.floor(slot / SLAB_SLOTS)], this.#offset(slot), bytes.length);
    view.set(bytes);
    this.#held[slot] = reference;
    reference.bytes = view;
    reference.slot = slot;
    return view;
  }

  /** A copy of the bytes for whoever reads them now. */
  copy(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    if (this.#pieceUsed + length > this.#piece.byteLength) {
      this.#piece = Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, length)).buffer as ArrayBuffer;
      this.#pieceUsed = 0;
    }
    const copy = Buffer.from(this.#piece, this.#pieceUsed, length);
    copy.set(bytes);
    this.#pieceUsed += length;
    return copy;
  }

  /** Drops the bytes of a block that is no more. */
  forget(reference: BlockReference): void {
    const { slot } = reference;
    if (slot < 0) return;
    this.#held[slot] = undefined;
    reference.bytes = undefined;
    reference.slot = -1;
    this.#waiting.push({ slot, reader: this.#lastReader });
  }

  #offset(slot: number): number {
    return (slot % SLAB_SLOTS) * this.#slotBytes;
  }

  /** A slot to fill, or −1. */
  #take(): number {
    this.#reclaim();
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#held.length < this.#slotsMax) return this.#grow();
    if (this.#waiting.length >= this.#slotsMax * WAITING_SHARE_MAX) return -1;
    this.#evict();
    this.#reclaim();
    return this.#free.pop() ?? -1;
  }

  #grow(): number {
    const slot = this.#held.push(undefined) - 1;
    if (slot % SLAB_SLOTS === 0) this.#slabs.push(new ArrayBuffer(SLAB_SLOTS * this.#slotBytes));
    return slot;
  }

  #evict(): void {
    // Twice round: the first time may only take marks away.
    for (let steps = 2 * this.#held.length; steps > 0; steps--) {
      const reference = this.#held[this.#hand];
      this.#hand = (this.#hand + 1) % this.#held.length;
      if (reference === undefined) continue;
      if (!reference.used) {
        this.forget(reference);
        return;
      }
      reference.used = false;
    }
  }

  /** Frees the slots that nobody can be reading any more. */
  #reclaim(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    const oldest = this.#oldestReader();
    let count = 0;
    while (count < waiting.length && waiting[count].reader < oldest) this.#free.push(waiting[count++].slot);
    if (count > 0) this.#waiting = waiting.slice(count);
  }

  #oldestReader(): number {
    for (const reader of this.#readers) return reader;
    return Number.POSITIVE_INFINITY;
  }
}
