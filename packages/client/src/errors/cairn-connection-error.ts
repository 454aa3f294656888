import { CairnError } from '@cairn/protocol/internal';

/** The connection cannot be had or has broken. What a request that was under way has done is unknown. */
export class CairnConnectionError extends CairnError {
  override readonly name = 'CairnConnectionError';
  /** Whether the request may have reached the server. */
  readonly sent: boolean;

  constructor(message: string, options: { sent: boolean; cause?: unknown }) {
    super('connection_failed', message, { spoils: 'connection', retryable: !options.sent, cause: options.cause });
    this.sent = options.sent;
  }
}
