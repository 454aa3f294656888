/** Counts since the start, for metrics. */
export interface TriggerCounts {
  runs: number;
  failures: number;
  retries: number;
  /** Writes that before-triggers have refused. */
  aborts: number;
  /** Changes that fired no trigger because too many stood behind them already. */
  depthRefusals: number;
  /** Commits that the change log no longer had when a trigger came to read them. */
  lostChanges: number;
}
