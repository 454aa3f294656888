/** Upper bounds of the buckets of durations, seconds. */
export const DURATION_BUCKETS_S = [0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];

/** How long something took, each time: counted in buckets. Plain numbers, because it is done for every request. */
export class DurationHistogram {
  count = 0;
  secondsTotal = 0;
  /** By bucket of their duration; the last one holds those beyond all bounds. */
  readonly buckets = new Float64Array(DURATION_BUCKETS_S.length + 1);

  add(durationMs: number): void {
    const seconds = durationMs / 1000;
    this.count++;
    this.secondsTotal += seconds;
    let bucket = 0;
    while (bucket < DURATION_BUCKETS_S.length && seconds > DURATION_BUCKETS_S[bucket]!) bucket++;
    this.buckets[bucket]!++;
  }
}
