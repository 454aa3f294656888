import {
  CairnError,
  ERROR_CODES,
  type ErrorCode,
  isObject,
  type Value,
  type ValueObject,
  WIRE_VARIANTS,
  type WireVariant,
} from '@cairn/protocol/internal';

/** An error that the server answered. `code`, `retryable` and `details` are the server's own. */
export class CairnServerError extends CairnError {
  override readonly name = 'CairnServerError';

  /** The error in a reply whose status is `error`. */
  static fromReply(reply: ValueObject): CairnServerError {
    const [variant, message] = variantAndMessage(reply);
    const code = ERROR_CODES.includes(reply.code as ErrorCode) ? (reply.code as ErrorCode) : 'internal';
    const details = isObject(reply.details) ? reply.details : {};
    return new CairnServerError(code, message, { variant, details, retryable: reply.retryable === true });
  }
}

function variantAndMessage(reply: ValueObject): [WireVariant | undefined, string] {
  const error: Value | undefined = reply.error;
  if (isObject(error)) {
    const [variant, message] = Object.entries(error)[0] ?? [];
    return [knownVariant(variant), String(message)];
  }
  const text = String(error);
  return [knownVariant(text), typeof reply.message === 'string' ? reply.message : text];
}

function knownVariant(name: string | undefined): WireVariant | undefined {
  return WIRE_VARIANTS.find((variant) => variant === name);
}
