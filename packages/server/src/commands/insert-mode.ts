import type { InsertMode } from '../engine/documents/record-writer.ts';

/** What an insert does with a key that is taken, from the two ways to say it. */
export function insertModeOf(fields: {
  readonly mode?: 'insert' | 'replace' | 'update' | 'ignore';
  readonly overwrite?: boolean;
}): InsertMode {
  if (fields.mode !== undefined && fields.mode !== 'insert') return fields.mode;
  return fields.overwrite === true ? 'replace' : 'refuse';
}
