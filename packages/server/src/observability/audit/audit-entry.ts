import { createHash } from 'node:crypto';
import type { ErrorCode, Value, ValueObject } from '@cairn/protocol/internal';
import type { Door } from '../activity/door.ts';

/** See docs/formats/audit-log.md. */
export type AuditOutcome = 'begun' | 'failed' | 'done' | 'refused';

/** What happened, as whoever writes it down knows it. */
export interface AuditDraft {
  readonly action: string;
  /** Null for nobody who has authenticated, and for the server itself. */
  readonly user: string | null;
  readonly address: string;
  readonly door: Door;
  readonly database: string | null;
  readonly details: ValueObject;
}

/** An entry of the log: what happened, its place, and the hash that binds it to the entry before. */
export interface AuditEntry extends AuditDraft {
  readonly seq: number;
  /** UTC, ISO 8601 with milliseconds. */
  readonly time: string;
  readonly outcome: AuditOutcome;
  /** The entry that a failure is about. */
  readonly of: number | null;
  readonly code: ErrorCode | null;
  readonly previous: string;
  readonly hash: string;
}

/** What the first entry has before it. */
export const NO_HASH = '0'.repeat(64);

/** The hash that an entry must have. */
export function auditHash(entry: Omit<AuditEntry, 'hash'>): string {
  const { seq, time, user, address, door, action, database, details, outcome, of, code, previous } = entry;
  const hashed = [seq, time, user, address, door, action, database, details, outcome, of, code, previous];
  return createHash('sha256').update(JSON.stringify(hashed, inOrder)).digest('hex');
}

/** For `JSON.stringify`: objects with their members in order, whatever order the storage has given them. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const ordered: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(value).sort()) ordered[name] = (value as Record<string, unknown>)[name];
  return ordered;
}

/** The key under which an entry lies: keys sort as the numbers do. */
export function auditKey(seq: number): string {
  return String(seq).padStart(16, '0');
}

/** An entry as it is stored and shown. */
export function auditBody(entry: AuditEntry): ValueObject {
  const { seq, time, user, address, door, action, database, details, outcome, of, code, previous, hash } = entry;
  return { seq, time, user, address, door, action, database, details, outcome, of, code, previous, hash };
}

/** An entry as somebody hands it back; members that are not what they must be make a hash that does not fit. */
export function auditEntryOf(body: { readonly [name: string]: Value }): AuditEntry {
  return auditBody(body as unknown as AuditEntry) as unknown as AuditEntry;
}
