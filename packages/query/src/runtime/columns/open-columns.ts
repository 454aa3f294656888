import type { BoundValue } from '../access/access-host.ts';
import { type DocumentAccess, keyRange } from '../access/document-access.ts';
import type { FieldPath } from './column.ts';
import type { ColumnScan } from './column-scan.ts';
import type { ColumnStore } from './column-store.ts';

/** A scan of a plan that reads columns: what is the same for all its runs. */
export interface ColumnSource {
  readonly store: ColumnStore;
  readonly collection: string;
  readonly paths: readonly FieldPath[];
  readonly direction: 'forward' | 'backward';
}

/** What a scan needs of the run. */
export interface ColumnHost {
  readonly database: string;
  readonly access: DocumentAccess;
}

/** Opens a scan for a run: over a whole collection, or the keys between two bounds. */
export function openColumns(
  host: ColumnHost,
  source: ColumnSource,
  lower: BoundValue | undefined,
  upper: BoundValue | undefined,
): ColumnScan {
  const collection = host.access.collection(source.collection);
  const range = keyRange(lower, upper);
  const cursor = collection.blocks(range, source.direction);
  const walk = { isBackward: source.direction === 'backward', isWhole: range === undefined };
  return source.store.scan(host.database, collection, cursor, source.paths, walk);
}
