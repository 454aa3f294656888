/** The door for sister packages: also the layout of blocks, which compiled queries read by themselves. */

export { type BackupManifest, readManifest } from './backup/manifest.ts';
export { buildBlock } from './block/build.ts';
export { recordCount, recordKeyEnd, recordKeyStart } from './block/layout.ts';
export { isoTime, writeIsoTime } from './document/iso-time.ts';
export {
  DOCUMENT_KEY_MAX_BYTES,
  type DocumentPosition,
  encodeRecordValue,
  recordBody,
  recordBodyEnd,
  recordCreatedMs,
  recordKey,
  recordOfValue,
  recordRevision,
  recordUpdatedMs,
} from './document/record.ts';
export { decodeDocument, renderDocument, renderNewRecord } from './document/render.ts';
export * from './index.ts';
export type { IndexBound, IndexRange } from './indexes/range.ts';
export { decodeKey } from './key-encoding/decode-key.ts';
export { encodeKey } from './key-encoding/encode-key.ts';
export { type Change, type DocumentChange, isDocumentChange } from './log/change.ts';
export type { LogHold } from './log/change-log.ts';
export type { CommitRecord } from './log/commit-record.ts';
export { DURATION_BUCKETS_S, DurationHistogram } from './meter/duration-histogram.ts';
export { StorageMeter, type StorageState } from './meter/storage-meter.ts';
export { BlockArena } from './replica/block-arena.ts';
export { BlocksMissingError } from './replica/mirrored-version.ts';
export { Replica, type ReplicaPlace, type ReplicaView } from './replica/replica.ts';
export { ReplicaFeed, type VersionDelta, versionDeltaBuffers } from './replica/version-delta.ts';
export { collectionNotFound, databaseNotFound, documentExists, documentNotFound } from './store/errors.ts';
export { makeFolder } from './store/make-folder.ts';
export type {
  BlockCursor,
  BlockReferenceCursor,
  IndexCursor,
  IndexEntryCursor,
  KeyRange,
  ScanDirection,
} from './transaction/read-view.ts';
export type { PutMode } from './transaction/working/working-collection.ts';
export type { BlockReference } from './tree/block-reference.ts';
export type { BlockSlice } from './tree/tree-cursor.ts';
