import { CairnError, type CairnErrorOptions } from '../error.ts';
import type { Value } from '../value/value.ts';

/** The name by which a client tells its replies apart, when it sends several requests at once. */
export type RequestId = number | bigint | string;

/** A request that cannot be understood: not msgpack, an unknown command, a missing or ill-typed field. */
export class ProtocolError extends CairnError {
  override readonly name = 'ProtocolError';
  /** The id of the request, when that much could be read. */
  readonly rid: RequestId | undefined;

  constructor(
    reason: string,
    options: { rid?: RequestId; details?: Record<string, Value>; cause?: CairnErrorOptions['cause'] } = {},
  ) {
    super('invalid_argument', `Deserialization failed: ${reason}`, {
      variant: 'ProtocolError',
      details: options.details,
      cause: options.cause,
    });
    this.rid = options.rid;
  }
}
