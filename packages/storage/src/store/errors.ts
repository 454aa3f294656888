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

export function readConflict(collection: string): CairnError {
  const message = `Conflict: '${collection}', which the transaction has read, was changed by another one`;
  return new CairnError('conflict', message, { spoils: 'transaction', retryable: true, details: { collection } });
}

export function uniqueViolation(collection: string, index: string, fields: readonly string[], key: string): CairnError {
  const message = `Unique constraint violated: fields ${JSON.stringify(fields)} of '${collection}' already exist in index '${index}'`;
  return new CairnError('unique_violation', message, { details: { collection, index, fields: [...fields], key } });
}

/** Stored bytes are not what was written: never an answer, always this. */
export function corruption(database: string, treeId: number, fence: Uint8Array): CairnError {
  const place = Buffer.from(fence).toString('hex');
  return new CairnError(
    'corruption',
    `Stored data of '${database}' is damaged: tree ${treeId}, block ${place || 'first'}`,
    {
      details: { database, tree: treeId, block: place },
    },
  );
}
