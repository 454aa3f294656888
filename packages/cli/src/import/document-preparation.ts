import type { Value } from '@cairn/protocol';
import type { ImportDocument } from '@cairn/protocol/internal';
import { numberOf } from '@cairn/protocol/internal';
import type { KeySequence } from './resume/key-sequence.ts';

export interface PreparationOptions {
  /** Field whose value becomes the document's key; it stays a field as well. */
  readonly keyField?: string;
  /** Fields whose text becomes a number. */
  readonly numberFields?: readonly string[];
}

const DEPTH_REASON = (limit: number) => `nested deeper than the limit of ${limit} levels`;

/**
 * Makes a document of the source ready to be sent: numbers where asked, and always a `_key`, so that sending it again
 * stores it once. Answers the reason when that cannot be.
 */
export function prepareDocument(
  document: ImportDocument,
  keys: KeySequence,
  ordinal: number,
  options: PreparationOptions & { readonly depthMax: number },
): string | undefined {
  if (deeperThan(document, options.depthMax)) return DEPTH_REASON(options.depthMax);
  for (const field of options.numberFields ?? []) {
    if (!Object.hasOwn(document, field)) continue;
    const value = document[field];
    if (typeof value !== 'string') continue;
    const number = numberOf(value.trim());
    if (number === undefined) return `the field ${field} holds ${JSON.stringify(value)}, which is no number`;
    document[field] = number;
  }
  if (options.keyField !== undefined && options.keyField !== '_key') {
    const value = Object.hasOwn(document, options.keyField) ? document[options.keyField] : undefined;
    const key = keyText(value);
    if (key === undefined) return `the field ${options.keyField} holds no key: a key is text or an integer`;
    document._key = key;
  } else if (!Object.hasOwn(document, '_key') || document._key === null) {
    if (options.keyField === '_key') return 'the field _key holds no key: a key is text or an integer';
    document._key = keys.keyOf(ordinal);
  }
  return undefined;
}

function keyText(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'bigint' || Number.isInteger(value)) return String(value);
  return undefined;
}

function deeperThan(value: Value, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((item) => deeperThan(item, levels - 1));
  return Object.values(value as { [key: string]: Value }).some((item) => deeperThan(item, levels - 1));
}
