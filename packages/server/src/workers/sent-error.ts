import { CairnError } from '@cairn/protocol/internal';
import type { SentError } from './messages.ts';

/** An error as data that can be sent to another thread. */
export function packError(error: unknown): SentError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack } = error;
  if (!(error instanceof CairnError)) return { message, stack };
  const { name, code, spoils, retryable, details, variant } = error;
  return { message, stack, known: { name, code, spoils, retryable, details, variant } };
}

/** The error again: a CairnError with the same code, scope and details, or a plain one for what was not ours. */
export function unpackError({ message, known, stack }: SentError): Error {
  const error = known === undefined ? new Error(message) : new SentCairnError(message, known);
  if (stack !== undefined) error.stack = stack;
  return error;
}

class SentCairnError extends CairnError {
  override readonly name: string;

  constructor(message: string, { name, code, ...options }: NonNullable<SentError['known']>) {
    super(code, message, options);
    this.name = name;
  }
}
