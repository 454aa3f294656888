/**
 * One version of one block: its fence (the lowest key that it may hold) and, while the cache keeps them, its bytes.
 * A changed block gets a new reference, so a reference stands for exactly one content and never changes it.
 */
export class BlockReference {
  readonly fence: Uint8Array;
  /** The commit that wrote it; 0 for what was on disk when the database was opened. */
  lsn = 0;
  bytes: Uint8Array | undefined;
  /** Whether the block has been checked since the environment was opened: its checksum, and its successor's fence. */
  verified: boolean;
  /** The fence that the block must name as its successor's; looked at until the block is verified. */
  readonly successor: Uint8Array | undefined;
  /** The clock's mark: set by every use, taken away by the hand that looks for something to evict. */
  used = true;
  /** A newer version of the block has taken its place: only readers of older states still want it. */
  superseded = false;
  /** Its place in the cache; −1 outside. */
  slot = -1;
  /** What readers keep about this content beside it, such as columns of it; storage does not look inside. */
  attachment: unknown = undefined;

  constructor(fence: Uint8Array, bytes: Uint8Array | undefined, verified: boolean, successor?: Uint8Array) {
    this.fence = fence;
    this.bytes = bytes;
    this.verified = verified;
    this.successor = successor;
  }
}
