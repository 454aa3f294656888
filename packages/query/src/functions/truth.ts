import type { Value } from '@cairn/protocol/internal';

/** The language's truth: null, false, 0 and the empty string are false, all else is true. */
export function isTruthy(value: Value): boolean {
  return value !== null && value !== false && value !== 0 && value !== '';
}
