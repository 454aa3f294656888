/** The command line `cairn`, to be called from another program's start script. */
export { EXIT_CODES, type ExitCode } from './exit-codes.ts';
export { runCli } from './program.ts';
