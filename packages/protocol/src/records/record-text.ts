import { isUtf8 } from 'node:buffer';
import { RECORD_LIMITS } from '../limits.ts';
import { parseJson } from '../value/json.ts';
import type { Value } from '../value/value.ts';
import type { ImportDocument, RecordPosition, SourceRecord } from './source-record.ts';

/** Makes a record of the bytes of one JSON text; anything but an object is bad, with the reason. */
export function recordOfJson(bytes: Buffer, position: RecordPosition): SourceRecord {
  if (!isUtf8(bytes)) return badRecord('the text is not UTF-8', bytes, position);
  let value: Value;
  try {
    value = parseJson(bytes.toString('utf8'));
  } catch (error) {
    return badRecord(`not JSON: ${(error as Error).message}`, bytes, position);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return badRecord(`a document is an object, this is ${describe(value)}`, bytes, position);
  }
  return { kind: 'document', document: value as ImportDocument, bytes: bytes.length, ...position };
}

function describe(value: Value): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

export function badRecord(reason: string, bytes: Buffer, position: RecordPosition): SourceRecord {
  const text = bytes.subarray(0, RECORD_LIMITS.shownTextMaxBytes).toString('utf8');
  return { kind: 'bad', reason, text, ...position };
}

export function tooLargeReason(limitBytes: number): string {
  return `longer than the limit of ${limitBytes} bytes for one document`;
}
