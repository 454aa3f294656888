import { CairnError } from '@cairn/protocol/internal';
import type { DatabaseVersion } from '../database-version.ts';
import { seal, unseal } from './seal.ts';

/** The version of everything in an environment; a reader refuses what it does not know. */
const FORMAT = 2;
/** Without a change log; the first commit makes one. */
const FORMAT_WITHOUT_LOG = 1;
const META_BYTES = 20;

export interface Meta {
  readonly lsn: number;
  readonly catalogueVersion: number;
  readonly nextTreeId: number;
  /** How many collections there must be, so that a lost description shows. */
  readonly collectionCount: number;
}

export function encodeMeta(version: DatabaseVersion): Uint8Array {
  const bytes = Buffer.alloc(META_BYTES);
  bytes.writeUInt16BE(FORMAT, 0);
  bytes.writeUIntBE(version.lsn, 2, 6);
  bytes.writeUInt32BE(version.catalogueVersion, 8);
  bytes.writeUInt32BE(version.nextTreeId, 12);
  bytes.writeUInt32BE(version.collections.size, 16);
  return seal(bytes);
}

export function decodeMeta(stored: Buffer, database: string): Meta {
  const bytes = unseal(stored, { database, record: 'the description of the database' });
  const format = bytes.length === META_BYTES ? bytes.readUInt16BE(0) : undefined;
  if (format !== FORMAT && format !== FORMAT_WITHOUT_LOG) {
    throw new CairnError(
      'corruption',
      `Database '${database}' has format ${format ?? 'unknown'}, this version reads ${FORMAT}`,
      {
        details: { database },
      },
    );
  }
  return {
    lsn: bytes.readUIntBE(2, 6),
    catalogueVersion: bytes.readUInt32BE(8),
    nextTreeId: bytes.readUInt32BE(12),
    collectionCount: bytes.readUInt32BE(16),
  };
}
