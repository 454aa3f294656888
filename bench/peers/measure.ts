import type { Caller, Peer, QueryName, RequestName } from './peer.ts';

/** How a query went on one system, in milliseconds. */
export interface QueryTimes {
  /** The very first time that the system was asked. */
  readonly firstMs: number;
  /** The middle of the times after that, on unchanged data. */
  readonly againMs: number;
  readonly rows: number;
}

/** Time that a query is asked again and again for, and the least and greatest number of times. */
const AGAIN_FOR_MS = 1500;
const AGAIN_MIN = 5;
const AGAIN_MAX = 200;
/** Time that requests are counted for. */
const REQUESTS_FOR_MS = 2000;

export async function timeQuery(peer: Peer, name: QueryName): Promise<QueryTimes> {
  const caller = await peer.caller();
  const { ms: firstMs, rows } = await timed(caller, name);
  const times: number[] = [];
  const until = performance.now() + AGAIN_FOR_MS;
  while (times.length < AGAIN_MIN || (times.length < AGAIN_MAX && performance.now() < until)) {
    times.push((await timed(caller, name)).ms);
  }
  await caller.close();
  return { firstMs, againMs: median(times), rows };
}

async function timed(caller: Caller, name: QueryName): Promise<{ ms: number; rows: number }> {
  const start = performance.now();
  const rows = await caller.query(name);
  return { ms: performance.now() - start, rows };
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** Requests a second of so many callers, each of which waits for its answer before it asks again. */
export async function countRequests(peer: Peer, name: RequestName, callers: number): Promise<number> {
  const all = await Promise.all(Array.from({ length: callers }, () => peer.caller()));
  // Inserts of two measurements must not meet.
  let serial = name === 'insert' ? callers * 10_000_000 : 0;
  for (const caller of all) await caller.request(name, serial++);
  let count = 0;
  const start = performance.now();
  const until = start + REQUESTS_FOR_MS;
  await Promise.all(
    all.map(async (caller) => {
      for (; performance.now() < until; count++) await caller.request(name, serial++);
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  for (const caller of all) await caller.close();
  return count / seconds;
}
