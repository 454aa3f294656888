export interface MemoryLayout {
  readonly stackStart: number;
  readonly stackEnd: number;
  readonly heapEnd: number;
  readonly stackPointer: number;
}

/**
 * The memory of a Lua machine at one moment: what lies below the C stack and the heap above it. The stack itself is empty
 * then, and is cleared when the image is put back.
 */
export class MemoryImage {
  readonly stackPointer: number;
  readonly #statics: Uint8Array;
  readonly #heap: Uint8Array;
  readonly #layout: MemoryLayout;

  private constructor(statics: Uint8Array, heap: Uint8Array, layout: MemoryLayout) {
    this.#statics = statics;
    this.#heap = heap;
    this.#layout = layout;
    this.stackPointer = layout.stackPointer;
  }

  static take(memory: Uint8Array, layout: MemoryLayout): MemoryImage {
    const heap = Uint8Array.prototype.slice.call(memory, layout.stackEnd, layout.heapEnd);
    return new MemoryImage(Uint8Array.prototype.slice.call(memory, 0, layout.stackStart), heap, layout);
  }

  get byteLength(): number {
    return this.#statics.length + this.#heap.length;
  }

  /** @param heapEnd how far the heap has grown since */
  restore(memory: Uint8Array, heapEnd: number): void {
    const { stackStart, stackEnd, heapEnd: imageEnd } = this.#layout;
    memory.set(this.#statics, 0);
    memory.fill(0, stackStart, stackEnd);
    memory.set(this.#heap, stackEnd);
    if (heapEnd > imageEnd) memory.fill(0, imageEnd, heapEnd);
  }
}
