import { type ErrorCode, variantOf, type WireVariant } from './error-code.ts';
import type { Value } from './value/value.ts';

/** How far the damage of an error reaches: what must be given up after it. */
export type ErrorScope = 'request' | 'transaction' | 'connection' | 'process';

export interface CairnErrorOptions {
  /** What the error spoils; the request alone unless said otherwise. */
  readonly spoils?: ErrorScope;
  /** Whether the same request may simply be sent again and may then succeed. */
  readonly retryable?: boolean;
  /** Facts that a program can read: position, collection, key, index, limit … */
  readonly details?: Readonly<Record<string, Value>>;
  /** The name under which the error travels; follows from the code unless given. */
  readonly variant?: WireVariant;
  readonly cause?: unknown;
}

/**
 * The root of every error that a user can cause or has to know about.
 *
 * @example
 * throw new CairnError('not_found', `Collection 'users' not found`, { details: { collection: 'users' } });
 */
export class CairnError extends Error {
  override readonly name: string = 'CairnError';
  readonly code: ErrorCode;
  readonly spoils: ErrorScope;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, Value>>;
  readonly variant: WireVariant;

  constructor(code: ErrorCode, message: string, options: CairnErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.spoils = options.spoils ?? 'request';
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
    this.variant = options.variant ?? variantOf(code);
  }
}
