/** Bounds of one statement. A caller may ask for less; the server's settings may raise them. */
export interface QueryLimits {
  /** Time that a statement may be computing for, in milliseconds. */
  readonly timeMaxMs: number;
  /** Estimated bytes that a statement may keep at once: rows being sorted, groups, tables. */
  readonly memoryMaxBytes: number;
  /** Estimated bytes beyond which rows that are sorted and grouped go to a temporary file, where there is a folder for it. */
  readonly spillAfterBytes: number;
  /** Bytes of that file. */
  readonly spillMaxBytes: number;
  /** Rows that a statement may answer. */
  readonly rowsMax: number;
  /** Paths that one K_SHORTEST_PATHS may answer. */
  readonly pathsMax: number;
  /** Vertices that the searches of one K_SHORTEST_PATHS may visit together. */
  readonly pathVisitsMax: number;
}

export const QUERY_LIMITS: QueryLimits = {
  /** Half a minute: longer than any query that somebody waits for. */
  timeMaxMs: 30_000,
  /** A quarter of a gigabyte: several such statements fit beside each other in a small server. */
  memoryMaxBytes: 268_435_456,
  /** 64 MiB: sorts of some hundred thousand rows stay in memory, and a dozen statements at once fit a small server. */
  spillAfterBytes: 64 * 1024 * 1024,
  /** 4 GiB: some ten million rows, and one statement does not fill the disk of the others. */
  spillMaxBytes: 4 * 1024 * 1024 * 1024,
  /** Ten million: more than a client could hold. */
  rowsMax: 10_000_000,
  /** Ten thousand: a small graph has more paths than there are atoms, and nobody reads so many. */
  pathsMax: 10_000,
  /** Ten million: some ten seconds of searching. */
  pathVisitsMax: 10_000_000,
};

/** How the engine schedules itself; not for users to change. */
export const RUN_TUNING = {
  /** Ticks (about 30 ns each) between two looks at the clock, at most: loops whose rows take long look more often. */
  ticksPerCheckpoint: 4_096,
  /** Ticks before the first look, when nobody knows yet how long a row takes. */
  ticksAtFirst: 1,
  /** Time between two looks beyond which they are made more often, in milliseconds. */
  checkpointMs: 2,
  /** Time that one call of `next` may take before others get their turn, in milliseconds. */
  sliceMs: 10,
  /** Bytes of answers after which `next` hands them over: large enough to amortise a frame, small enough to stream. */
  batchMaxBytes: 1_048_576,
  /** Bytes that a kept member of a row is taken to cost; measured on rows of numbers and short strings. */
  bytesPerMember: 24,
  /** Documents taken at most to share a block when one of them keeps it in memory. */
  documentsPerBlock: 24,
  /** Distinct values of an index range that are merged as streams; beyond it, seeking each costs more than sorting. */
  streamsMax: 32,
} as const;
