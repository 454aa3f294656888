/** A worker says so often, as a share of the lease, that it is alive: two beats may be late. */
export const BEATS_IN_A_LEASE = 3;
/** A job that nobody has spoken for during this time is taken again, milliseconds. */
export const JOB_LEASE_MS = 30_000;
/** A lease that lasts longer than this was given by a clock that has been put back since, milliseconds: it counts as run out. */
export const JOB_LEASE_MAX_MS = 24 * 3_600_000;
/** Jobs of one database that run at one time, whatever its queues say: each may be a script in a process. */
export const JOBS_RUNNING_MAX = 64;
/** Jobs that one step of a worker takes from the dead or sweeps away: a commit of bounded size. */
export const JOBS_AT_A_STEP = 500;
/** Bytes of a job's parameters as JSON: a job is a document that is written several times. */
export const JOB_PARAMETERS_BYTES_MAX = 1024 * 1024;
/** Characters of a result's JSON that is kept; a longer one is left out. */
export const JOB_RESULT_LENGTH_MAX = 64 * 1024;
/** Characters of an error that is kept. */
export const JOB_ERROR_LENGTH_MAX = 2_000;
/** Priorities are 32-bit integers. */
export const PRIORITY_MAX = 2 ** 31 - 1;
/** The longest that one run may take, milliseconds. */
export const RUN_TIMEOUT_MAX_MS = 3_600_000;
/** A worker that could not write tries again after this time, milliseconds. */
export const JOB_WRITE_AGAIN_MS = 1_000;
/** Jobs of one request of `enqueue_jobs`. */
export const JOBS_ENQUEUED_MAX = 10_000;
