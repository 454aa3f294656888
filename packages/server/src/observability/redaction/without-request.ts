import { RawValue } from '@cairn/protocol/internal';
import { SECRET_TEXT } from './secret-names.ts';

/** Shorter texts are no secrets, and are part of many words. */
const TEXT_MIN = 5;
/** Texts of a request that are looked for: enough for any request that people write. */
const TEXTS_MAX = 10_000;

/**
 * An error as it may be logged: messages of other people's code quote what they stumbled over, so whatever text the request held
 * is taken out of message and stack, also of the causes.
 */
export function withoutRequest(error: unknown, fields: unknown): unknown {
  const texts = new Set<string>();
  collect(fields, texts);
  // The longest first: one may be part of another.
  return censored(
    error,
    [...texts].sort((a, b) => b.length - a.length),
  );
}

function censored(error: unknown, texts: readonly string[]): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? without(error, texts) : error;
  const { message, stack = '', cause, name } = error;
  const copy = new Error(without(message, texts), cause === undefined ? {} : { cause: censored(cause, texts) });
  copy.name = name;
  copy.stack = without(stack, texts);
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? copy : Object.assign(copy, { code });
}

function without(message: string, texts: readonly string[]): string {
  let left = message;
  for (const text of texts) if (left.includes(text)) left = left.replaceAll(text, SECRET_TEXT);
  return left;
}

function collect(value: unknown, texts: Set<string>): void {
  if (texts.size >= TEXTS_MAX) return;
  if (typeof value === 'string') {
    if (value.length >= TEXT_MIN) texts.add(value);
  } else if (value instanceof RawValue) collect(decoded(value), texts);
  else if (Array.isArray(value)) for (const one of value) collect(one, texts);
  else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const [name, member] of Object.entries(value)) {
      collect(name, texts);
      collect(member, texts);
    }
  }
}

function decoded(raw: RawValue): unknown {
  try {
    return raw.decode();
  } catch {
    return undefined;
  }
}
