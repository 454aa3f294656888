import { stripTypeScriptTypes } from 'node:module';
import { JAVASCRIPT_LIMITS } from './limits.ts';

/** Texts without their types, by fingerprint; `undefined` for texts that are no TypeScript either. */
const stripped = new Map<string, string | undefined>();

/**
 * The JavaScript in a text with TypeScript's types, every line and column where it was; `undefined` when it cannot be read.
 * Asked only about texts that are no JavaScript: what is valid in both languages need not mean the same.
 */
export function withoutTypes(fingerprint: string, code: string): string | undefined {
  if (stripped.has(fingerprint)) return stripped.get(fingerprint);
  let text: string | undefined;
  try {
    text = stripTypeScriptTypes(code);
  } catch {
    text = undefined;
  }
  if (stripped.size >= JAVASCRIPT_LIMITS.strippedTexts) stripped.delete(stripped.keys().next().value!);
  stripped.set(fingerprint, text);
  return text;
}

/** Whether a text is known to be TypeScript, so that its types need not be found again. */
export function knownWithoutTypes(fingerprint: string): string | undefined {
  return stripped.get(fingerprint);
}
