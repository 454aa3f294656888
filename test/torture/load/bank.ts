import type { WireConnection } from '../../harness/wire-connection.ts';

/*
 * The database that all attacks write to. `accounts` hold money that transfers move between them; a transfer changes
 * several accounts and leaves a document in `transfers`, in one transaction: each balance can be computed from what
 * `transfers` holds, so that a torn transaction shows wherever it tore.
 */
export const BANK = 'bank';
export const ACCOUNTS = 16;
export const OPENING_BALANCE = 1000;
/** Documents of one `bulk_insert`. */
export const BATCH = 12;

export const accountKey = (number: number): string => `account-${number}`;

/** Makes the database with its collections and indexes. */
export async function prepareBank(wire: WireConnection): Promise<void> {
  await wire.call('create_database', { name: BANK });
  for (const name of ['accounts', 'transfers', 'singles', 'batches', 'extra', 'filler']) {
    await wire.call('create_collection', { database: BANK, name });
  }
  const indexes = [
    ['transfers', 'by_first', 'first'],
    ['accounts', 'by_balance', 'balance'],
    ['singles', 'by_value', 'value'],
    ['batches', 'by_batch', 'batch'],
  ];
  for (const [collection, name, field] of indexes) {
    await wire.call('create_index', { database: BANK, collection, name, fields: [field] });
  }
  const documents = Array.from({ length: ACCOUNTS }, (_, number) => ({
    _key: accountKey(number),
    balance: OPENING_BALANCE,
  }));
  await wire.call('bulk_insert', { database: BANK, collection: 'accounts', documents });
}
