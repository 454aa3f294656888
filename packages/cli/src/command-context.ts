import type { ExitCode } from './exit-codes.ts';
import type { Interrupt } from './interrupt.ts';

/** What every command is given. */
export interface CommandContext {
  readonly interrupt: Interrupt;
  /** The exit code of a command that ends without an error; `success` unless told. */
  exitCode: ExitCode;
}
