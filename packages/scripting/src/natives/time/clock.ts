/** Milliseconds by which the two clocks may differ before the fine one is set anew. */
const DRIFT_MAX_MS = 1;

let offsetMs = Date.now() - performance.now();

/** Milliseconds since 1970 with a fraction: the system's clock, told as finely as the process can. */
export function preciseNowMs(): number {
  const system = Date.now();
  if (Math.abs(offsetMs + performance.now() - system) > DRIFT_MAX_MS) offsetMs = system - performance.now();
  return offsetMs + performance.now();
}
