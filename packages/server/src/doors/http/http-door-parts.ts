import type { Metrics } from '../../observability/metrics/metrics.ts';
import type { Readiness } from '../../observability/readiness.ts';
import type { Runner } from '../../runner/runner.ts';

/** What the HTTP door has to know. */
export interface HttpDoorParts {
  readonly runner: Runner;
  readonly metrics: () => Promise<Metrics>;
  /** Whether the server can do its work. */
  readonly readiness: () => Promise<Readiness>;
}
