import { visibleText } from '../terminal/display-width.ts';

/** Says on standard error what a query passed over; standard output holds rows alone. */
export function writeWarnings(warnings: readonly string[]): void {
  for (const warning of new Set(warnings)) process.stderr.write(`cairn: warning: ${visibleText(warning)}\n`);
}
