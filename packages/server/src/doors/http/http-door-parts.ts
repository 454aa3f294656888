import type { Metrics } from '../../observability/metrics/metrics.ts';
import type { Runner } from '../../runner/runner.ts';

/** What the HTTP door has to know. */
export interface HttpDoorParts {
  readonly runner: Runner;
  readonly metrics: () => Promise<Metrics>;
  /** False while the server is stopping. */
  readonly isReady: () => boolean;
}
