/**
 * The layout of a block; docs/formats/block.md is its page. All functions here are small and monomorphic: generated
 * query code calls them for every record.
 */

export const BLOCK_VERSION = 1;
/** checksum u32, version u8, flags u8, record count u16, used bytes u32, successor length u16, reserved u16 */
export const BLOCK_HEADER_BYTES = 16;
/** Successor length that means: this is the last block. */
export const NO_SUCCESSOR = 0xffff;
/** Bytes that each record adds to the directory. */
export const DIRECTORY_ENTRY_BYTES = 4;
/** Bytes of a record before its key: the key's length. */
export const RECORD_PREFIX_BYTES = 2;
/** revision 8, created 6, updated 6 */
export const DOCUMENT_HEADER_BYTES = 20;

export function recordCount(bytes: Uint8Array): number {
  return bytes[6] | (bytes[7] << 8);
}

export function usedBytes(bytes: Uint8Array): number {
  return readUint32(bytes, 8);
}

export function recordStart(bytes: Uint8Array, record: number): number {
  const at = BLOCK_HEADER_BYTES + record * DIRECTORY_ENTRY_BYTES;
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

export function recordEnd(bytes: Uint8Array, record: number): number {
  return record + 1 < recordCount(bytes) ? recordStart(bytes, record + 1) : usedBytes(bytes);
}

export function recordKeyStart(bytes: Uint8Array, record: number): number {
  return recordStart(bytes, record) + RECORD_PREFIX_BYTES;
}

export function recordKeyEnd(bytes: Uint8Array, record: number): number {
  const start = recordStart(bytes, record);
  return start + RECORD_PREFIX_BYTES + (bytes[start] | (bytes[start + 1] << 8));
}

/** The successor's fence as a view of the block; undefined in the last block. */
export function successorFence(bytes: Uint8Array): Uint8Array | undefined {
  const length = bytes[12] | (bytes[13] << 8);
  if (length === NO_SUCCESSOR) return undefined;
  const start = BLOCK_HEADER_BYTES + recordCount(bytes) * DIRECTORY_ENTRY_BYTES;
  return bytes.subarray(start, start + length);
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}
