import { crc32 } from 'node:zlib';
import { CairnError } from '@cairn/protocol/internal';

const CHECKSUM_BYTES = 4;

/** Puts a checksum in front of a small record: what blocks have inside, for everything that is not a block. */
export function seal(record: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(CHECKSUM_BYTES + record.length);
  bytes.set(record, CHECKSUM_BYTES);
  bytes.writeUInt32BE(crc32(record), 0);
  return bytes;
}

/** What is read, for the error when it is not what was written. */
export interface StoredPlace {
  readonly database: string;
  readonly record: string;
}

/**
 * The record under a seal.
 * @throws CairnError `corruption` when the record is not what was sealed
 */
export function unseal(bytes: Buffer, place: StoredPlace): Buffer {
  const record = bytes.subarray(CHECKSUM_BYTES);
  if (bytes.length < CHECKSUM_BYTES || bytes.readUInt32BE(0) !== crc32(record)) throw damaged(place);
  return record;
}

export function damaged(place: StoredPlace): CairnError {
  const message = `Stored data of '${place.database}' is damaged: ${place.record}`;
  return new CairnError('corruption', message, { details: { ...place } });
}
