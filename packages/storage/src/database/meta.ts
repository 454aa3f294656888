import { CairnError } from '@cairn/protocol/internal';
import type { DatabaseVersion } from './database-version.ts';

/** The version of everything in an environment; a reader refuses what it does not know. */
const FORMAT = 1;
const META_BYTES = 16;

export interface Meta {
  readonly lsn: number;
  readonly catalogueVersion: number;
  readonly nextTreeId: number;
}

export function encodeMeta(version: DatabaseVersion): Uint8Array {
  const bytes = Buffer.alloc(META_BYTES);
  bytes.writeUInt16BE(FORMAT, 0);
  bytes.writeUIntBE(version.lsn, 2, 6);
  bytes.writeUInt32BE(version.catalogueVersion, 8);
  bytes.writeUInt32BE(version.nextTreeId, 12);
  return bytes;
}

export function decodeMeta(bytes: Buffer, database: string): Meta {
  const format = bytes.length === META_BYTES ? bytes.readUInt16BE(0) : undefined;
  if (format !== FORMAT) {
    throw new CairnError(
      'corruption',
      `Database '${database}' has format ${format ?? 'unknown'}, this version reads ${FORMAT}`,
      {
        details: { database },
      },
    );
  }
  return { lsn: bytes.readUIntBE(2, 6), catalogueVersion: bytes.readUInt32BE(8), nextTreeId: bytes.readUInt32BE(12) };
}
