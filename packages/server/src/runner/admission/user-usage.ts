/** What all users together have under way. */
export interface TotalUsage {
  bytes: number;
  /** Users who have requests under way on native connections. */
  activeUsers: number;
}

/** What one user has under way, over all his connections. */
export class UserUsage {
  connections = 0;
  queries = 0;
  #activeConnections = 0;
  readonly #total: TotalUsage;
  #bytes = 0;
  #allowance: number;
  #allowedMs: number;

  constructor(total: TotalUsage, nowMs: number, requestsPerSecond: number) {
    this.#total = total;
    this.#allowedMs = nowMs;
    this.#allowance = requestsPerSecond;
  }

  /** Bytes of requests that have come and are not answered, and of replies that he has not taken. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Connections that have requests under way. */
  get activeConnections(): number {
    return this.#activeConnections;
  }

  /** One of the connections has requests under way from now on, or none any more. */
  becameActive(isActive: boolean): void {
    if (isActive) {
      if (this.#activeConnections++ === 0) this.#total.activeUsers++;
    } else if (--this.#activeConnections === 0) this.#total.activeUsers--;
  }

  /** Adds bytes, or takes them away. */
  hold(bytes: number): void {
    this.#bytes += bytes;
    this.#total.bytes += bytes;
  }

  /** Nothing would be lost by forgetting him. */
  get isIdle(): boolean {
    return this.connections === 0 && this.queries === 0 && this.#bytes === 0;
  }

  /** Takes one of the requests that he may send in a second; false when they are used up. What he saves is good for a second. */
  takeRequest(nowMs: number, requestsPerSecond: number): boolean {
    const earned = ((nowMs - this.#allowedMs) / 1_000) * requestsPerSecond;
    this.#allowance = Math.min(requestsPerSecond, this.#allowance + Math.max(0, earned));
    this.#allowedMs = nowMs;
    if (this.#allowance < 1) return false;
    this.#allowance -= 1;
    return true;
  }
}
