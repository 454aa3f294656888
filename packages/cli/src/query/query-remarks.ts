import type { QueryCursor } from '@cairn/client';
import { visibleText } from '../terminal/display-width.ts';
import { formatCountOf } from '../terminal/quantities.ts';

/** Says on standard error what a statement passed over and what it changed; standard output holds rows alone. */
export function writeRemarks({ warnings, changes }: Pick<QueryCursor, 'warnings' | 'changes'>): void {
  for (const warning of new Set(warnings)) process.stderr.write(`cairn: warning: ${visibleText(warning)}\n`);
  if (changes === undefined) return;
  for (const kind of ['inserted', 'updated', 'deleted'] as const) {
    if (changes[kind] > 0) process.stderr.write(`${formatCountOf(changes[kind], 'document')} ${kind}\n`);
  }
}
