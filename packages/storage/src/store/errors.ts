import { CairnError } from '@cairn/protocol/internal';

export function collectionNotFound(name: string): CairnError {
  return new CairnError('not_found', `Collection '${name}' not found`, { details: { collection: name } });
}

export function databaseNotFound(name: string): CairnError {
  return new CairnError('not_found', `Database '${name}' not found`, { details: { database: name } });
}

export function documentNotFound(collection: string, key: string): CairnError {
  return new CairnError('not_found', `Document with key '${key}' not found`, { details: { collection, key } });
}

export function documentExists(collection: string, key: string): CairnError {
  return new CairnError('already_exists', `Document with _key '${key}' already exists`, {
    details: { collection, key },
  });
}

export function writeConflict(collection: string, key: string): CairnError {
  return new CairnError(
    'conflict',
    `Conflict: document '${key}' of '${collection}' was changed by another transaction`,
    {
      spoils: 'transaction',
      retryable: true,
      details: { collection, key },
    },
  );
}

/** What a transaction has read has changed: a document, or an entry or document that has come into a range or left it. */
export function readConflict(collection: string, place: { key?: string; index?: string } = {}): CairnError {
  const what = place.index === undefined ? '' : ` by index '${place.index}'`;
  const message = `Conflict: '${collection}', which the transaction has read${what}, was changed by another one`;
  return new CairnError('conflict', message, {
    spoils: 'transaction',
    retryable: true,
    details: { collection, ...place },
  });
}

/** A collection that a transaction has used is gone, or is described in another way. */
export function collectionConflict(collection: string): CairnError {
  const message = `Conflict: collection '${collection}' was made, altered or dropped by another transaction`;
  return new CairnError('conflict', message, { spoils: 'transaction', retryable: true, details: { collection } });
}

export function uniqueViolation(collection: string, index: string, fields: readonly string[], key: string): CairnError {
  const message = `Unique constraint violated: fields ${JSON.stringify(fields)} of '${collection}' already exist in index '${index}'`;
  return new CairnError('unique_violation', message, { details: { collection, index, fields: [...fields], key } });
}

/** Whose tree it is: a collection's documents, or one of its indexes. */
export interface TreeOwner {
  readonly collection?: string;
  readonly index?: string;
}

/** Where stored bytes are: a block of a tree. */
export interface BlockPlace {
  readonly database: string;
  readonly owner: TreeOwner;
  readonly treeId: number;
  readonly fence: Uint8Array;
}

/** Stored bytes are not what was written: never an answer, always this. */
export function corruption({ database, owner, treeId, fence }: BlockPlace): CairnError {
  const block = Buffer.from(fence).toString('hex');
  const whose = owner.collection === undefined ? '' : ` of collection '${owner.collection}'`;
  const what = owner.index === undefined ? 'documents' : `index '${owner.index}'`;
  const place = `${what}${whose} (tree ${treeId}, block ${block || 'first'})`;
  return new CairnError('corruption', `Stored data of '${database}' is damaged: ${place}`, {
    details: { database, ...owner, tree: treeId, block },
  });
}
