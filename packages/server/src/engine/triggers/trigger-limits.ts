/** Triggers that set off each other, one in the other's run: more than these are taken for a loop. */
export const TRIGGER_DEPTH_MAX = 8;
/** Triggers of one database: each write looks for those of its collection, each after-trigger follows the change log by itself. */
export const TRIGGERS_MAX = 1_000;
/** Changes that an after-trigger has taken from the log and not yet done: a bound on memory when one of them is tried again and again. */
export const CHANGES_TAKEN_MAX = 1_000;
/** How far an after-trigger has come is written down at most so often, milliseconds: what it does in between is done again after a crash. */
export const POSITION_WRITTEN_MS = 100;
/** … and when it has passed so many commits that do not concern it: the log is kept from there on. */
export const POSITION_WRITTEN_COMMITS = 5_000;
/** With a change log of more bytes than this … */
export const LOG_TRIMMED_BYTES = 64 * 1024 * 1024;
/** … triggers pass over what does not concern them so often, milliseconds, that it can go. */
export const LOG_TRIMMED_MS = 60_000;
/** Bytes of the change log that are kept for triggers which lag behind. */
export const TRIGGER_LOG_MAX_BYTES = 1024 * 1024 * 1024;
/** Runs that the history of an after-trigger shows. */
export const RUNS_SHOWN = 50;
/** Changes that were put aside because all attempts failed, for one trigger; further ones replace the oldest. */
export const FAILURES_KEPT = 1_000;
/** A call that has them told again begins none after this time, milliseconds: whoever calls waits for it. */
export const RETELLING_MAX_MS = 20_000;
/** Characters of an error that is kept. */
export const TRIGGER_ERROR_LENGTH_MAX = 1_000;
/** The longest filter, characters. */
export const FILTER_LENGTH_MAX = 4_000;
/** The longest that a filter may compute for one document, milliseconds. */
export const FILTER_TIME_MAX_MS = 100;
/** The longest that a run of a before-trigger may take, milliseconds: a writer waits for it. */
export const BEFORE_TIMEOUT_MAX_MS = 60_000;
/** Passes over one statement: each gives its before-triggers what the one before could not know. */
export const STATEMENT_PASSES_MAX = 50;
/** At a stop, runs under way may end within this time, milliseconds. */
export const STOP_WAITS_MS = 3_000;
/** A log that is written a little later than it is seen is looked at again after this time, milliseconds. */
export const LOG_AGAIN_MS = 15;
/** After a failed read or write of its own a trigger goes on after this time, milliseconds. */
export const TRIGGER_AGAIN_MS = 1_000;
