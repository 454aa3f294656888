import type { Value } from '@cairn/protocol/internal';
import { recordCount } from '@cairn/storage/internal';
import { RUN_TUNING } from './limits.ts';

/** Elements that are looked at before the rest is taken to be like them. */
const sampleMax = 16;
/** Depth below which nothing is counted; such values are rare and their elders count already. */
const depthMax = 4;

/** About how many bytes a value takes in memory; long arrays and objects are estimated from their first elements. */
export function valueBytes(value: Value, depth = 0): number {
  switch (typeof value) {
    case 'string':
      return 24 + value.length;
    case 'object':
      return value === null ? 8 : objectBytes(value, depth);
    default:
      return 8;
  }
}

function objectBytes(value: Value & object, depth: number): number {
  if (value instanceof Date) return 32;
  if (value instanceof Uint8Array) return 96 + value.length;
  if (depth >= depthMax) return 32;
  const list = Array.isArray(value) ? value : Object.values(value);
  const sample = Math.min(list.length, sampleMax);
  let bytes = 0;
  for (let index = 0; index < sample; index++) bytes += 8 + valueBytes(list[index], depth + 1);
  return 32 + (sample === 0 ? 0 : (bytes * list.length) / sample);
}

/** About how many bytes a document that is kept by its place takes: its share of the block that it keeps in memory. */
export function documentBytes(block: Uint8Array): number {
  const sharers = Math.min(recordCount(block), RUN_TUNING.documentsPerBlock);
  return 2 * RUN_TUNING.bytesPerMember + block.length / sharers;
}
