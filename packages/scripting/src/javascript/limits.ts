/** Limits of the JavaScript engine, each with its unit and its reason. */
export const JAVASCRIPT_LIMITS = {
  /** Isolates in use at once in one process. Most of so many wait for something, and those who come after them are not to wait for that. */
  isolates: 64,
  /** Isolates in one process, busy and idle, beyond which no idle one is kept. */
  isolatesKept: 24,
  /** What an isolate takes at most before its script has allocated anything; the least is 3 MB. */
  isolateBytes: 5 * 1024 * 1024,
  /**
   * Isolates in use by runs that have just begun; more runs wait for one of them. Twice as many in turn cost twice as
   * much a run: each has its own heap, which the processor's caches do not hold.
   */
  isolatesAtOnce: 4,
  /** A run under way for longer no longer counts: it waits for something, or computes. */
  waitForIsolateMs: 20,
  /** An isolate that computes longer in one go no longer counts among those that others wait for. */
  longVisitMs: 5,
  /** Runs after which an isolate is replaced: what V8 keeps of scripts long gone goes with it. */
  runsPerIsolate: 20_000,
  /**
   * A visit that takes less is short. Scripts whose visits are short run on the thread that reads the pipe: another thread would cost
   * more than it is worth.
   */
  shortVisitMs: 5,
  /** Short visits in a row after which a script is taken for short. */
  shortVisits: 6,
  /** A visit on that thread is ended after this time, and its run begun again on another: others wait so long once. */
  directVisitMaxMs: 25,
  /** Short visits in a row after which a script that was ended so is taken for short again. */
  shortAgainVisits: 1_000,
  /** Scripts whose visits are remembered. */
  scriptsWatched: 2_000,
  /** Texts of scripts that an isolate remembers; the least recently used is sent again when it comes. */
  scriptsPerIsolate: 64,
  /** Texts whose types have been stripped, kept by fingerprint. */
  strippedTexts: 256,
  /** Milliseconds between two looks at the runs: for cancellation, and for isolates that do not begin. */
  sweepMs: 20,
  /** An isolate that has not begun a run by then is still busy with what an earlier run has left behind: it is given up. */
  beginMs: 100,
  /** An isolate that still computes so long after it was disposed sits in native code that nothing interrupts. */
  disposeMs: 400,
  /** Heap of an isolate in multiples of what its scripts may use: garbage that has not been collected, and room to be ended in. */
  heapFactor: 4,
  /** How far the process may grow beyond a script's limit while it computes: garbage, and what others do at the same time. */
  memorySlackBytes: 24 * 1024 * 1024,
  /** Least memory limit of an isolate: the built-in objects of two contexts must fit. */
  memoryMinBytes: 8 * 1024 * 1024,
} as const;
