import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { type Access, defineCommand } from './command-definition.ts';
import { collection, count, database, everyCommand, name } from './fields.ts';

const SERVER_ADMIN: Access = { action: 'admin', scope: 'global' };
const DATABASE_ADMIN: Access = { action: 'admin', scope: 'database' };

/** Backups stand in one folder of the server: a name is a name in it, never a path. */
const backupName = z
  .string()
  .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/, 'expected letters, digits, . _ - and no dot in front');
const moment = z.union([z.iso.datetime({ offset: true }), z.number().int().min(0).max(LIMITS.timeMaxMs)]);

const backup = z
  .object({ name: z.string(), database: z.string(), kind: z.enum(['full', 'incremental']), lsn: z.number() })
  .loose();
const finding = z.object({ kind: z.string(), database: z.string(), message: z.string() }).loose();

/** Backups, and looking after what is stored. */
export const MAINTENANCE_COMMANDS = [
  defineCommand({
    name: 'backup_database',
    access: SERVER_ADMIN,
    mode: 'read',
    summary:
      'Writes a backup of a database into the folder of backups while it goes on: all of it, or what has happened since an LSN.',
    request: z.object({ ...everyCommand, database, name: backupName.optional(), since_lsn: count.optional() }),
    reply: backup,
  }),
  defineCommand({
    name: 'list_backups',
    access: SERVER_ADMIN,
    mode: 'read',
    summary: 'Lists the backups that the server has.',
    request: z.object(everyCommand),
    reply: z.array(backup),
  }),
  defineCommand({
    name: 'restore_backup',
    access: SERVER_ADMIN,
    mode: 'write',
    summary: 'Makes a database of a full backup and those that go on from it, up to an LSN or a moment.',
    request: z.object({
      ...everyCommand,
      name,
      backups: z.array(backupName).min(1).max(10_000),
      lsn: count.optional(),
      time: moment.optional(),
    }),
    reply: z.object({ lsn: z.number() }),
  }),
  defineCommand({
    name: 'check_database',
    access: DATABASE_ADMIN,
    mode: 'read',
    summary: 'Compares all that is stored of a database with itself: checksums, indexes, counters, documents, the log.',
    request: z.object({ ...everyCommand, database }),
    reply: z.array(finding),
  }),
  defineCommand({
    name: 'repair_collection',
    access: { action: 'admin', scope: 'collection' },
    mode: 'write',
    idempotent: true,
    summary:
      'Checks what is stored of a collection and builds anew the indexes and counters that do not fit its documents.',
    fieldAliases: { name: 'collection' },
    request: z.object({ ...everyCommand, database, collection }),
    reply: z.object({ repaired: z.boolean(), findings: z.array(finding) }),
  }),
  defineCommand({
    name: 'repair_database',
    access: DATABASE_ADMIN,
    mode: 'write',
    summary: 'Checks a database and builds anew the indexes and counters that do not fit its documents.',
    request: z.object({ ...everyCommand, database }),
    reply: z.object({ collections: z.array(z.string()), findings: z.array(finding) }),
  }),
] as const;
