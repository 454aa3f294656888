import type { Value } from '@cairn/protocol/internal';
import { type DocumentPosition, decodeDocument } from '@cairn/storage/internal';

/** The value at a path of names separated by dots in a stored document; null where there is none. */
export function fieldValue(position: DocumentPosition, path: string): Value {
  let value: Value = decodeDocument('', position.bytes, position.record);
  for (const name of path.split('.')) {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, name)) return null;
    value = (value as { [key: string]: Value })[name];
  }
  return value;
}
