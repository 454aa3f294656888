import { CairnError } from '@cairn/protocol/internal';

/** No answer came in time. The command was cancelled on the server, which may have been too late. */
export class CairnTimeoutError extends CairnError {
  override readonly name = 'CairnTimeoutError';

  constructor(command: string, timeoutMs: number) {
    super('timeout', `${command} took longer than ${timeoutMs} ms`, { details: { command, timeout_ms: timeoutMs } });
  }
}
