import type { ScriptFailureReason } from './script-run.ts';

/** A script failed while its answer was under way in parts. */
export class StreamFailure extends Error {
  override readonly name = 'StreamFailure';
  readonly reason: ScriptFailureReason;
  /** What the script has chosen to answer with, if it has: the message is its own then. */
  readonly chosenStatus: number | undefined;

  constructor(message: string, reason: ScriptFailureReason, chosenStatus?: number) {
    super(message);
    this.reason = reason;
    this.chosenStatus = chosenStatus;
  }
}
