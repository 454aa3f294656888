import { createHash } from 'node:crypto';
import { RawValue, type Value, type ValueObject } from '@cairn/protocol/internal';
import { AUDIT_TEXT_MAX } from '../../limits.ts';
import { isSecretName, SECRET_TEXT } from '../redaction/secret-names.ts';

/** Members that name something: they stand as they were sent. */
const NAMES: ReadonlySet<string> = new Set(
  'database collection name username user role roles databases key_id tx_id path method methods field fields type unique sparse durability mode event events schedule enabled backups lsn time expires_at permissions action scope id script service queue endpoint service_id script_id trigger_id cron_id run_as'.split(
    ' ',
  ),
);
/** Members whose content is long and worth comparing: they stand as their digest. */
const DIGESTED: ReadonlySet<string> = new Set(['code', 'source', 'schema', 'filter', 'rule', 'rules', 'hidden_fields']);

/** What the audit log keeps of a request: names and digests, never what might be a secret. */
export function auditDetails(fields: object, visible: ReadonlySet<string> = NAMES): ValueObject {
  const details: ValueObject = Object.create(null);
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || name === 'timeout_ms' || name === 'traceparent') continue;
    details[name] = detail(name, value, visible);
  }
  return { ...details };
}

function detail(name: string, value: unknown, visible: ReadonlySet<string>): Value {
  if (isSecretName(name)) return SECRET_TEXT;
  if (DIGESTED.has(name)) return digest(value);
  if (visible.has(name)) return shown(value, visible);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  return sizeOf(value);
}

function shown(value: unknown, visible: ReadonlySet<string>): Value {
  if (typeof value === 'string') return value.length <= AUDIT_TEXT_MAX ? value.toWellFormed() : digest(value);
  if (Array.isArray(value)) return value.slice(0, AUDIT_TEXT_MAX).map((one) => shown(one, visible));
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) return auditDetails(value, visible);
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
  return Array.isArray(value) ? { elements: value.length } : { members: Object.keys(value as object).length };
}
