import { CairnError } from '@cairn/protocol/internal';

/** The command was aborted by its signal. `cause` is the signal's reason. */
export class CairnCancelledError extends CairnError {
  override readonly name = 'CairnCancelledError';

  constructor(command: string, reason: unknown) {
    super('cancelled', `${command} was aborted`, { details: { command }, cause: reason });
  }
}
