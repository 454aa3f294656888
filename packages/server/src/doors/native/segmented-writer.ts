import { ByteWriter } from '@cairn/protocol/internal';

/** Smaller pieces are copied: a write of several pieces costs more than that. */
const ATTACHED_MIN_BYTES = 32 * 1024;

interface Attachment {
  /** Where in the writer's own bytes the attached ones belong. */
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** A writer that does not copy large attachments: its bytes are segments, some of its own and some attached. */
export class SegmentedWriter extends ByteWriter {
  readonly #attachments: Attachment[] = [];
  /** Bytes attached since the last reset. */
  attachedBytes = 0;

  override attach(bytes: Uint8Array): void {
    if (bytes.length < ATTACHED_MIN_BYTES) {
      this.raw(bytes);
      return;
    }
    this.#attachments.push({ position: this.position, bytes });
    this.attachedBytes += bytes.length;
  }

  /** Everything written, in order. */
  segments(): Uint8Array[] {
    const segments: Uint8Array[] = [];
    let from = 0;
    for (const { position, bytes } of this.#attachments) {
      if (position > from) segments.push(this.bytes.subarray(from, position));
      segments.push(bytes);
      from = position;
    }
    if (this.position > from) segments.push(this.bytes.subarray(from, this.position));
    return segments;
  }

  override reset(): void {
    super.reset();
    this.#attachments.length = 0;
    this.attachedBytes = 0;
  }

  /** Forgets what was written behind a position, attachments included. */
  rewind(position: number): void {
    this.position = position;
    while (this.#attachments.length > 0 && this.#attachments.at(-1)!.position > position) {
      this.attachedBytes -= this.#attachments.pop()!.bytes.length;
    }
  }
}
