import { createHash } from 'node:crypto';
import { RawValue, type Value, type ValueObject } from '@cairn/protocol/internal';
import { AUDIT_TEXT_MAX } from '../../limits.ts';
import { isSecretName, SECRET_TEXT } from '../redaction/secret-names.ts';

/** Members that name something: they stand as they were sent. */
const NAMES: ReadonlySet<string> = new Set(
  [
    'database collection name username user role roles databases fields field type unique sparse durability backups lsn time',
    'expires_at permissions action scope hidden id key_id tx_id session_id script_id trigger_id cron_id service_id job_id',
    'path method methods service language run_as limits allow_hosts version key enabled require_auth queue queue_name',
    'concurrency paused events timing cron_expression script_path timezone overlap missed status priority',
  ].flatMap((line) => line.split(' ')),
);
/** Members whose content is long and worth comparing: they stand as their digest. */
const DIGESTED: ReadonlySet<string> = new Set([
  'code',
  'schema',
  'filter',
  'read',
  'write',
  'delete',
  'cors',
  'options',
]);
/** Members that hold what somebody keeps here, secrets among it: of these there is the size, also of numbers. */
const CONTENT: ReadonlySet<string> = new Set([
  'value',
  'vars',
  'params',
  'document',
  'documents',
  'data',
  'description',
]);
/** What every command takes, and nobody has to know later. */
const PASSING: ReadonlySet<string> = new Set(['timeout_ms', 'traceparent']);

/**
 * What the audit log keeps of a request: names and digests, never what might be a secret.
 *
 * @param isPlain the command's `value` is a setting's, which is none
 */
export function auditDetails(fields: object, isPlain = false): ValueObject {
  const details: ValueObject = Object.create(null);
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || PASSING.has(name)) continue;
    details[name] = isPlain && name === 'value' ? shown(value) : detail(name, value);
  }
  return { ...details };
}

function detail(name: string, value: unknown): Value {
  if (isSecretName(name)) return SECRET_TEXT;
  if (name === 'vars' && typeof value === 'object' && value !== null) return { names: shown(Object.keys(value)) };
  if (CONTENT.has(name)) return sizeOf(value);
  if (DIGESTED.has(name)) return digest(value);
  if (NAMES.has(name)) return shown(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  return sizeOf(value);
}

function shown(value: unknown): Value {
  if (typeof value === 'string') return value.length <= AUDIT_TEXT_MAX ? value.toWellFormed() : digest(value);
  if (Array.isArray(value)) return value.slice(0, AUDIT_TEXT_MAX).map((one) => shown(one));
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) return auditDetails(value);
  return typeof value === 'bigint' ? String(value) : (value as Value);
}

function digest(value: unknown): Value {
  const text =
    typeof value === 'string'
      ? value
      : JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one));
  const bytes = Buffer.from(text ?? '');
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function sizeOf(value: unknown): Value {
  if (typeof value === 'string') return { bytes: Buffer.byteLength(value) };
  if (value instanceof RawValue) return { bytes: value.end - value.start };
  if (Array.isArray(value)) return { elements: value.length };
  if (typeof value === 'object' && value !== null) return { members: Object.keys(value).length };
  return { type: value === null ? 'null' : typeof value };
}
