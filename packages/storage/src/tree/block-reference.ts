/**
 * One version of one block: its fence (the lowest key that it may hold) and, while the cache keeps them, its bytes.
 * A changed block gets a new reference, so a reference stands for exactly one content and never changes it.
 */
export class BlockReference {
  readonly fence: Uint8Array;
  bytes: Uint8Array | undefined;
  /** Whether the checksum has been compared since the environment was opened. */
  verified: boolean;
  /** The clock's mark: set by every use, taken away by the hand that looks for something to evict. */
  used = true;

  constructor(fence: Uint8Array, bytes: Uint8Array | undefined, verified: boolean) {
    this.fence = fence;
    this.bytes = bytes;
    this.verified = verified;
  }
}
