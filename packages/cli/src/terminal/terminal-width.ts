/** Columns of the terminal on standard output; undefined when it is none, or one that does not tell. */
export function terminalWidth(): number | undefined {
  return process.stdout.columns || undefined;
}
