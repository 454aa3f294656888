import { CairnError } from '../error.ts';

/** A request or a reply that does not fit a frame. The connection goes on. */
export class MessageTooLargeError extends CairnError {
  override readonly name = 'MessageTooLargeError';

  constructor(kind: 'request' | 'reply', sizes: { sizeBytes: number; limitBytes: number }) {
    const advice = kind === 'reply' ? '; ask with batch_size and read on with cursor_next' : '';
    super('limit_exceeded', `the ${kind} has ${sizes.sizeBytes} bytes, the limit is ${sizes.limitBytes}${advice}`, {
      variant: 'MessageTooLarge',
      details: { size_bytes: sizes.sizeBytes, limit_bytes: sizes.limitBytes },
    });
  }
}
