/** LMDB stores a value of n × 4,096 − 24 bytes in n pages; one byte more takes another page. */
const PAGE_BYTES = 4096;
const PAGE_OVERHEAD_BYTES = 24;

export interface StorageOptions {
  /** Bytes of a block at most, unless a single record is larger. */
  readonly blockMaxBytes: number;
  /** Bytes of blocks kept in memory for all databases together. */
  readonly cacheMaxBytes: number;
}

export const DEFAULT_STORAGE_OPTIONS: StorageOptions = {
  blockMaxBytes: 2 * PAGE_BYTES - PAGE_OVERHEAD_BYTES,
  cacheMaxBytes: 40 * 1024 * 1024,
};
