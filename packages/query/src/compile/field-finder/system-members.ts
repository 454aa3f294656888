import { recordCreatedMs, recordKey, recordRevision, recordUpdatedMs } from '@cairn/storage/internal';
import type { Emitter } from '../emitter.ts';
import type { DocumentFields } from './document-fields.ts';

const writers: ReadonlyMap<string, (emitter: Emitter, place: string, idPrefix: string) => string> = new Map([
  ['_key', (emitter, place) => `${emitter.constant(recordKey, 'recordKey')}(${place})`],
  ['_id', (emitter, place, idPrefix) => `(${idPrefix} + ${emitter.constant(recordKey, 'recordKey')}(${place}))`],
  ['_rev', (emitter, place) => `${emitter.constant(recordRevision, 'recordRevision')}(${place})`],
  ['_created_at', (emitter, place) => `${emitter.constant(createdAt, 'createdAt')}(${place})`],
  ['_updated_at', (emitter, place) => `${emitter.constant(updatedAt, 'updatedAt')}(${place})`],
]);

/** Whether the name is that of a member which the engine keeps beside a document's body. */
export function isSystemMember(name: string): boolean {
  return writers.has(name);
}

/** JavaScript that gives the text of a system member. */
export function systemMember(emitter: Emitter, fields: DocumentFields, name: string): string {
  return writers.get(name)!(emitter, `${fields.bytes}, ${fields.record}`, fields.idPrefix);
}

function createdAt(bytes: Uint8Array, record: number): string {
  return new Date(recordCreatedMs(bytes, record)).toISOString();
}

function updatedAt(bytes: Uint8Array, record: number): string {
  return new Date(recordUpdatedMs(bytes, record)).toISOString();
}
