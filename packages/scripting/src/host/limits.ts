/** Limits of the script host, each with its unit and its reason. Those of a run can be set for each script. */
export const SCRIPT_LIMITS = {
  /** Wall clock of a run, waits included: what waits longer belongs to a job. */
  timeoutMs: 5_000,
  /** Longest that a script may ask for: a job that computes for an hour is a mistake, and holds a place. */
  timeoutMaxMs: 60 * 60 * 1000,
  /** Memory of a run. */
  memoryBytes: 64 * 1024 * 1024,
  /** Least and most that a script may ask for: Lua's module begins with 16 MiB; a server has others to serve. */
  memoryMinBytes: 16 * 1024 * 1024,
  memoryMaxBytes: 512 * 1024 * 1024,
  /** Headers and body of an answer: what a frame of the native protocol holds. */
  resultBytes: 16 * 1024 * 1024,
  /** Calls of the server in one run: a loop over documents belongs into a query. */
  hostCalls: 10_000,
  /** Of everything that a run logs. */
  logBytes: 64 * 1024,
} as const;

/** The longest time that a timer takes, milliseconds. */
export const TIMER_MAX_MS = 2 ** 31 - 1;

/** How many processes there are and how full they get. */
export const HOST_LIMITS = {
  /** Processes at once. Each takes some 70 MB, and up to 240 after many runs; more than cores, because a script that hangs in C holds its process until the deadline. */
  processes: 8,
  /** Processes beside them for runs whose process has ended under them, one run each. */
  suspectProcesses: 2,
  /** Times that a run is taken from a process that hangs before it has begun; then the pool is in trouble, and its caller should know. */
  movesMax: 8,
  /**
   * How far script processes give way to the server and the rest of the machine, on the scale of `nice`: with two cores and an endless
   * script the others read documents as fast as without it, and endpoints lose next to nothing.
   */
  niceness: 5,
  /** Runs at once in one process before there is one for each processor: one thread reads its pipe, and runs what is short. */
  runsBeforeSpreading: 4,
  /** Runs at once in one process before another is started, whatever the processors. */
  runsBeforeAnother: 32,
  /** Runs at once in one process. */
  runsPerProcess: 256,
  /** Runs of JavaScript among them: as many as it has isolates. More would wait in there while another process has some. */
  javaScriptRunsPerProcess: 64,
  /** Runs that wait for a place; beyond it `overloaded` is answered at once. */
  waitingRuns: 4_096,
  /** After its deadline a run is ended from inside; when that has not happened by now, its process is killed. */
  killAfterMs: 250,
  /** When in every process something has computed for so long, another is started for those who come. */
  computesForLongMs: 50,
  /** A process that has answered nothing for so long gets no new runs until it does. */
  stalledAfterMs: 80,
  /** A run that reaches its process later than this asks whether it may still begin: it may have been begun elsewhere. Less than the
   * server waits before it does that. */
  confirmAfterMs: 40,
  /** What a process in which something computes on that nothing ends still gets for its other runs: most need milliseconds. */
  retireMs: 1_000,
  /** Processes beyond the first end after so long without runs. */
  idleProcessMs: 30_000,
  /** From start to `ready`: beyond it the process is given up. */
  startMs: 20_000,
} as const;
