/** What the client allows itself unless its options say otherwise, each with its unit and its reason. */
export const CLIENT_DEFAULTS = {
  port: 6745,
  /** Connections: enough to keep two or three cores of a server busy, few enough for thousands of clients. */
  poolSize: 4,
  /** Milliseconds for a connection to be made and authenticated: argon2id takes up to a second on a busy server. */
  connectTimeoutMs: 10_000,
  /** Tries to reconnect before a request fails: with the waits below about five seconds, a server's restart. */
  reconnectAttempts: 7,
  /** Milliseconds of the first wait before reconnecting; it doubles from try to try. */
  backOffFirstMs: 50,
  /** Milliseconds of the longest wait. */
  backOffMaxMs: 2_000,
  /** Times that an idempotent command is sent again after the connection broke or the server was overloaded. */
  retries: 2,
  /** Milliseconds of the first wait after a conflict, which is over as soon as the other transaction has committed. */
  conflictBackOffFirstMs: 4,
  /** Times that `transaction(fn)` runs its function. */
  transactionAttempts: 10,
  /** Rows that a cursor fetches at a time. */
  cursorBatchRows: 1_000,
} as const;
