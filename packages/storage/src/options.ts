import type { StorageMeter } from './meter/storage-meter.ts';

/** LMDB stores a value of n × 4,096 − 24 bytes in n pages; one byte more takes another page. */
const PAGE_BYTES = 4096;
const PAGE_OVERHEAD_BYTES = 24;

export interface StorageOptions {
  /** Bytes of a block at most, unless a single record is larger. */
  readonly blockMaxBytes: number;
  /** Bytes of blocks kept in memory for all databases together. */
  readonly cacheMaxBytes: number;
  /** How long the change log is kept behind what LMDB has. */
  readonly logRetentionMs: number;
  /** The most that the change log of a database keeps, unless a follower needs more. */
  readonly logRetentionMaxBytes: number;
  /** Bytes of changed blocks in memory that begin a checkpoint: what a start has to do again, and the memory that it takes. */
  readonly checkpointBytes: number;
  /** A change waits no longer than this for its checkpoint. */
  readonly checkpointDelayMs: number;
  /** Wall clock, milliseconds since 1970: the times of commits in the change log. */
  readonly nowMs: () => number;
  /** Told what happens on the way to the disk. */
  readonly meter?: StorageMeter;
}

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;

export const DEFAULT_STORAGE_OPTIONS: StorageOptions = {
  blockMaxBytes: 2 * PAGE_BYTES - PAGE_OVERHEAD_BYTES,
  cacheMaxBytes: 40 * MIB,
  logRetentionMs: HOUR_MS,
  logRetentionMaxBytes: 128 * MIB,
  checkpointBytes: 8 * MIB,
  checkpointDelayMs: 1_000,
  nowMs: Date.now,
};
