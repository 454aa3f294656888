/**
 * What went wrong, for programs: stable, snake_case, never reused for something else. Callers switch on the code; the
 * sentence that goes with it is for people and may change.
 */
export const ERROR_CODES = [
  'not_found',
  'already_exists',
  'conflict',
  'unique_violation',
  'schema_violation',
  'permission_denied',
  'unauthenticated',
  'invalid_argument',
  'parse_error',
  'timeout',
  'cancelled',
  'limit_exceeded',
  'overloaded',
  'transaction_not_found',
  'storage_full',
  'read_only',
  'corruption',
  /** Never sent: what a client says of a connection that cannot be had or has broken. */
  'connection_failed',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** The names under which errors travel, as every client of this protocol knows them. */
export const WIRE_VARIANTS = [
  'ConnectionError',
  'ProtocolError',
  'DatabaseError',
  'AuthError',
  'TransactionError',
  'MessageTooLarge',
  'InvalidCommand',
] as const;

export type WireVariant = (typeof WIRE_VARIANTS)[number];

/** The variant that carries a code unless the error says otherwise. */
export function variantOf(code: ErrorCode): WireVariant {
  switch (code) {
    case 'unauthenticated':
    case 'permission_denied':
      return 'AuthError';
    case 'transaction_not_found':
      return 'TransactionError';
    case 'connection_failed':
      return 'ConnectionError';
    default:
      return 'DatabaseError';
  }
}
