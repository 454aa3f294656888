import type { DocumentChange } from '../../log/change.ts';

/** Stands for the value that a change took the place of, where nobody asks for it. */
const NO_VALUE = new Uint8Array(0);

/** The changes of a collection's documents with nothing in between: what each is now. */
export function lastChanges(collection: {
  readonly name: string;
  readonly writes: ReadonlyMap<string, Uint8Array | null>;
}): DocumentChange[] {
  const { name, writes } = collection;
  const changes: DocumentChange[] = [];
  for (const [key, value] of writes) {
    if (value === null) changes.push({ kind: 'delete', collection: name, key, before: NO_VALUE });
    else changes.push({ kind: 'put', collection: name, key, value, before: undefined });
  }
  return changes;
}
