import { EXIT_CODES, type ExitCode } from './exit-codes.ts';

/**
 * A failure that is told to the user in one line and ends the process with `exitCode`.
 *
 * It is no `CairnError`: it never crosses the wire, and the start of `cairn --help` must not load the protocol package.
 */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT_CODES.failure, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The command line was understood, but says something impossible. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super(message, EXIT_CODES.usage);
  }
}

/** Ctrl-C: nothing is wrong, and what was done so far stays done. */
export class InterruptedError extends CommandError {
  override readonly name = 'InterruptedError';

  constructor(message = 'stopped') {
    super(message, EXIT_CODES.interrupted);
  }
}
