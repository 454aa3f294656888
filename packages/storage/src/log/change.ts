import type { Value } from '@cairn/protocol/internal';
import type { DatabaseProperties } from '../database/database-version.ts';
import type { IndexDefinition } from '../indexes/definition.ts';

/** A document's value as it is stored: revision, times and body (docs/formats/block.md). */
export type RecordValue = Uint8Array;

/** One document is now this one. */
export interface PutChange {
  readonly kind: 'put';
  readonly collection: string;
  readonly key: string;
  readonly value: RecordValue;
  /** The value that it replaces; undefined for a new document. */
  readonly before: RecordValue | undefined;
}

/** One document is no more. */
export interface DeleteChange {
  readonly kind: 'delete';
  readonly collection: string;
  readonly key: string;
  readonly before: RecordValue;
}

export type DocumentChange = PutChange | DeleteChange;

export type CatalogueChange =
  | {
      readonly kind: 'create collection';
      readonly collection: string;
      readonly type: string;
      readonly properties: Value;
    }
  | { readonly kind: 'drop collection'; readonly collection: string }
  | { readonly kind: 'truncate collection'; readonly collection: string }
  | { readonly kind: 'set properties'; readonly collection: string; readonly properties: Value }
  | { readonly kind: 'compact collection'; readonly collection: string }
  | { readonly kind: 'create index'; readonly collection: string; readonly definition: IndexDefinition }
  | { readonly kind: 'set database properties'; readonly collection: ''; readonly properties: DatabaseProperties }
  | { readonly kind: 'drop index'; readonly collection: string; readonly index: string }
  | { readonly kind: 'rebuild indexes'; readonly collection: string };

/** One step of a commit, in terms of documents and names: it can be done again on any state that has the steps before it. */
export type Change = DocumentChange | CatalogueChange;

export function isDocumentChange(change: Change): change is DocumentChange {
  return change.kind === 'put' || change.kind === 'delete';
}
