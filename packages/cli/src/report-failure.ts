import { CommandError } from './command-error.ts';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { visibleText } from './terminal/display-width.ts';

const UNREACHABLE = new Set([
  'connection_failed',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
]);
const DENIED = new Set(['unauthenticated', 'permission_denied']);

/** Writes the one line that says what was wrong, and answers the exit code that says so to programs. */
export function reportFailure(error: unknown, stream: { write(text: string): unknown }): ExitCode {
  const exitCode = exitCodeOf(error);
  stream.write(`cairn: ${failureText(error)}\n`);
  if (process.env.CAIRN_DEBUG && error instanceof Error) stream.write(`${error.stack}\n`);
  return exitCode;
}

/** One line for people; what comes from a server is a stranger's text and is shown without control characters. */
export function failureText(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  const code = codeOf(error);
  const text = visibleText(message.replaceAll(/\s*\n\s*/g, ' '));
  return code === undefined || isSystemCode(code) || text.includes(code) ? text : `${text} (${code})`;
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof Error && error.name === 'AbortError') return EXIT_CODES.interrupted;
  // Known by its name: the start of every command must not load the protocol package.
  if (error instanceof Error && error.name === 'SourceFormatError') return EXIT_CODES.usage;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code = codeOf(cause);
    if (code === undefined) continue;
    if (code === 'cancelled') return EXIT_CODES.interrupted;
    if (DENIED.has(code)) return EXIT_CODES.denied;
    if (UNREACHABLE.has(code)) return EXIT_CODES.unreachable;
  }
  return EXIT_CODES.failure;
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

function isSystemCode(code: string): boolean {
  return /^[A-Z]/.test(code);
}
