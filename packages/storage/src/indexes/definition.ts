import { CairnError, type Value } from '@cairn/protocol/internal';

/** What an index is asked to be. */
export interface IndexDefinition {
  readonly name: string;
  /** Paths such as `email`, `address.city`, and for the members of an array `tags[*]` or `lines[*].product`. */
  readonly fields: readonly string[];
  readonly unique?: boolean;
  /** A sparse index leaves out documents whose indexed fields are all null or missing. */
  readonly sparse?: boolean;
  /** `persistent` unless said otherwise; other types are kept and listed, and answered by exact search. */
  readonly type?: string;
  readonly options?: Value;
}

export interface IndexInfo {
  readonly name: string;
  readonly fields: readonly string[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly type: string;
  readonly options: Value;
  readonly entryCount: number;
}

/** One step of a path: a member's name, or all elements of an array. */
export type PathStep = { readonly name: Uint8Array } | 'elements';

/** Fields of one index: each adds its bytes to every entry. */
export const INDEX_FIELDS_MAX = 16;

export function parsePath(field: string): PathStep[] {
  const steps: PathStep[] = [];
  for (const part of field.split('.')) {
    const [, name, expansion] = /^(.*?)(\[\*\])?$/s.exec(part)!;
    if (name === '')
      throw new CairnError('invalid_argument', `'${field}' is no path to a field`, { details: { field } });
    steps.push({ name: Buffer.from(name, 'utf8') });
    if (expansion !== undefined) steps.push('elements');
  }
  return steps;
}
