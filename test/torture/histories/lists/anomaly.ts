/**
 * What a history may show, named after Adya (Weak Consistency, 1999) and Elle (VLDB 2020).
 * - G0: writes of transactions are interleaved. G1a: a value of an aborted transaction was read. G1b: a value that its
 *   transaction had not finished was read. G1c: transactions have read from each other in a circle.
 * - G-single: a circle with one dependency backwards: read skew, an unrepeatable read. G2-item, G2: with several, between
 *   documents (write skew) or by a condition that somebody else's insert meets (phantom).
 * - lost update: two have changed the same state of a list and both were acknowledged, or an acknowledged value is gone.
 * - internal: a transaction does not see its own writes. incompatible order: two reads that no order of writes explains.
 * - garbage read: a value that nobody wrote, or twice. stale read: older than what was acknowledged before the begin.
 */
export type AnomalyKind =
  | 'G0'
  | 'G1a'
  | 'G1b'
  | 'G1c'
  | 'G-single'
  | 'G2-item'
  | 'G2'
  | 'lost update'
  | 'internal'
  | 'incompatible order'
  | 'garbage read'
  | 'stale read';

export interface Anomaly {
  readonly kind: AnomalyKind;
  /** Indexes into the history. */
  readonly transactions: readonly number[];
  /** For people. */
  readonly text: string;
}
