import type { ScriptOutcome, ScriptRun } from './script-run.ts';
import type { StreamedBody } from './streamed-body.ts';

/** A run on the server's side. */
export interface RunRecord {
  readonly id: number;
  readonly run: ScriptRun;
  /** On the clock of `performance.now()`. */
  deadlineMs: number;
  readonly resolve: (outcome: ScriptOutcome) => void;
  /** How often it was taken to another process before it had begun. */
  moves: number;
  /** True once its process has begun to run it. */
  hasBegun: boolean;
  /** True once its process was told that it may begin although it is late. */
  isGranted: boolean;
  /** True when its first process ended under it: it is on its own in the next. */
  isRetried: boolean;
  /** An answer under way in parts. */
  body?: StreamedBody;
  removeListener?: () => void;
}
