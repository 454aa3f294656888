import type { Value } from '@cairn/protocol/internal';
import { RE2JS } from 're2js';
import { EXPRESSION_LIMITS } from '../limits.ts';
import { PatternCache } from './pattern-cache.ts';
import { unicodeClasses } from './unicode-classes.ts';

/** A compiled pattern, or undefined for one that cannot be compiled or is too long. */
const patterns = new PatternCache((pattern: string): { readonly compiled: RE2JS | undefined } => {
  if (Buffer.byteLength(pattern) > EXPRESSION_LIMITS.patternBytesMax) return { compiled: undefined };
  try {
    return { compiled: RE2JS.compile(unicodeClasses(pattern)) };
  } catch {
    return { compiled: undefined };
  }
});

/**
 * `value =~ pattern`: whether the pattern matches somewhere, in time linear in the text. What is no text counts as
 * the empty text; a bad pattern matches nothing.
 */
export function matchesPattern(value: Value, pattern: Value): boolean {
  const { compiled } = patterns.get(typeof pattern === 'string' ? pattern : '');
  return compiled?.test(typeof value === 'string' ? value : '') ?? false;
}

/** `value !~ pattern`: the contrary, except that a bad pattern gives false here too. */
export function mismatchesPattern(value: Value, pattern: Value): boolean {
  const { compiled } = patterns.get(typeof pattern === 'string' ? pattern : '');
  return compiled !== undefined && !compiled.test(typeof value === 'string' ? value : '');
}
