import type { Client } from '@cairn/client';
import { isAlreadyThere } from '../connection/error-codes.ts';
import type { SendBatch } from './delivery.ts';

export interface ImportTarget {
  readonly database: string;
  readonly collection: string;
}

/** Makes database and collection unless they are there. */
export async function ensureCollection(
  client: Client,
  target: ImportTarget & { readonly type: string },
): Promise<void> {
  await client.databases.create(target.database).catch(unlessAlreadyThere);
  await client
    .database(target.database)
    .collections.create(target.collection, { type: target.type })
    .catch(unlessAlreadyThere);
}

function unlessAlreadyThere(error: unknown): void {
  if (!isAlreadyThere(error)) throw error;
}

/** Stores batches in a collection. */
export function sendTo(client: Client, target: ImportTarget): SendBatch {
  const collection = client.database(target.database).collection(target.collection);
  return async (documents, mode) => collection.bulkInsert(documents, mode === 'error' ? {} : { mode });
}
