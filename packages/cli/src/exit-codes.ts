/** What the process answers to its caller. Documented for users in docs/guide/cli.md: a change here is a change there. */
export const EXIT_CODES = {
  success: 0,
  /** The operation was tried and failed; the line on standard error says why. */
  failure: 1,
  /** The command line itself is wrong: nothing was tried. */
  usage: 2,
  /** No server answered at the address. */
  unreachable: 3,
  /** The server knows neither this user and password, or does not allow them this. */
  denied: 4,
  /** Done, but not whole: documents were rejected, or counts differ. */
  incomplete: 5,
  /** Stopped by Ctrl-C, as shells report it (128 + SIGINT). */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];
