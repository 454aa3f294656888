/** Every bound of an import, with its unit and the reason for its size. All may be set by options of the command. */
export const IMPORT_LIMITS = {
  /** Documents a batch: the cost of a commit is spread over them, and losing one batch loses little. */
  batchDocuments: 1000,
  /** Source bytes a batch: well under a frame, also when the encoded form is somewhat larger than its text. */
  batchBytes: 4 * 1024 * 1024,
  /** Batches sent and not yet answered: keeps the server busy while the next is read; bounds our memory. */
  batchesInFlight: 4,
  /** Nesting of a document, in levels: what the server stores. */
  depthMax: 100,
  /** How far past what is sent a checkpoint claims, in bytes: a claim must be on disk before what it claims is sent. */
  claimAheadBytes: 32 * 1024 * 1024,
  /** At least this long between two checkpoints, in ms. */
  checkpointIntervalMs: 1000,
  /** For how long a batch is tried again when the server is away or overloaded, in ms. */
  retryForMs: 30_000,
} as const;
