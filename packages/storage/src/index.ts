/** The door for users: stored databases without a server. */
export type { RestoreTarget } from './backup/restore-backup.ts';
export type { CheckProgress, Finding } from './check/finding.ts';
export type { CommitAuthor, WriteResult } from './database/commit/commit-queue.ts';
export type { CommitWatcher } from './database/commit/committer.ts';
export { Database } from './database/database.ts';
export type { NewRecord } from './document/record.ts';
export type { IndexDefinition, IndexInfo } from './indexes/definition.ts';
export { DEFAULT_STORAGE_OPTIONS, type StorageOptions } from './options.ts';
export { Store, type StoreOptions } from './store/store.ts';
export type { CollectionView, IndexView, ReadView } from './transaction/read-view.ts';
export { Snapshot } from './transaction/snapshot.ts';
export { type IsolationLevel, Transaction } from './transaction/transaction.ts';
export type { TransactionMemory } from './transaction/transaction-memory.ts';
