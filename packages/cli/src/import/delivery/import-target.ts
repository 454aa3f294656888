import type { Client } from '@cairn/client';
import { isAlreadyThere } from '../../connection/error-codes.ts';
import type { SendBatch } from './delivery.ts';

export interface ImportTarget {
  readonly database: string;
  readonly collection: string;
}

/** Makes database and collection unless they are there; who only may write into them needs no right to make them. */
export async function ensureCollection(
  client: Client,
  target: ImportTarget & { readonly type: string },
): Promise<void> {
  const { database, collection, type } = target;
  if (!(await client.databases.list()).includes(database)) {
    await client.databases.create(database).catch(unlessAlreadyThere);
  }
  const { collections } = client.database(database);
  if (!(await collections.list()).includes(collection)) {
    await collections.create(collection, { type }).catch(unlessAlreadyThere);
  }
}

/** Somebody else was quicker. */
function unlessAlreadyThere(error: unknown): void {
  if (!isAlreadyThere(error)) throw error;
}

/** Stores batches in a collection. */
export function sendTo(client: Client, target: ImportTarget): SendBatch {
  const collection = client.database(target.database).collection(target.collection);
  return async (documents, mode) => collection.bulkInsert(documents, mode === 'error' ? {} : { mode });
}
