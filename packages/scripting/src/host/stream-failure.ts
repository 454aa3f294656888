import type { ScriptFailureReason } from './script-run.ts';

/** A script failed while its answer was under way in parts. */
export class StreamFailure extends Error {
  override readonly name = 'StreamFailure';
  readonly reason: ScriptFailureReason;

  constructor(message: string, reason: ScriptFailureReason) {
    super(message);
    this.reason = reason;
  }
}
