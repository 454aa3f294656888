import type { Failure } from './delivery.ts';

/** Codes of errors that one document of a batch can cause. */
const DOCUMENT_CODES: ReadonlySet<string> = new Set([
  'already_exists',
  'unique_violation',
  'schema_violation',
  'invalid_argument',
  'limit_exceeded',
]);
/** Codes that say that nothing was stored and that later may be better. */
const RETRY_CODES: ReadonlySet<string> = new Set(['overloaded', 'conflict']);

/** How an import takes an error of the client. */
export function classifyFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return 'fatal';
  const { code, retryable, spoils } = error as { code?: unknown; retryable?: unknown; spoils?: unknown };
  if (typeof code === 'string') {
    if (DOCUMENT_CODES.has(code)) return 'document';
    if (RETRY_CODES.has(code)) return 'retry';
    if (code === 'timeout') return 'uncertain';
  }
  if (spoils === 'connection') return 'uncertain';
  return retryable === true ? 'uncertain' : 'fatal';
}
