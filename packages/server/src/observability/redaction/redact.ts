import { CairnError } from '@cairn/protocol/internal';
import { isSecretName, SECRET_TEXT } from './secret-names.ts';

/** Levels, members and characters of what is logged: a log line is read by people, and must not take a request with it. */
const DEPTH_MAX = 6;
const MEMBERS_MAX = 200;
const TEXT_MAX = 8_000;
const LEFT_OUT = '[…]';

/** `Bearer …`, `Basic …`, and what stands between `//` and `@` of an address. */
const CREDENTIALS = /\b(bearer|basic|apikey)\s+[\w\-.~+/=]{6,}|(?<=:\/\/)[^\s/@]+(?=@)/gi;

/** A copy of what is to be logged, without whatever has a secret's name or looks like one, however deep it lies. */
export function redacted(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return textWithoutCredentials(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return LEFT_OUT;
  if (value instanceof Error) return redactedError(value, depth);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, MEMBERS_MAX).map((one) => redacted(one, depth + 1));
  const copy: Record<string, unknown> = Object.create(null);
  for (const [name, member] of Object.entries(value).slice(0, MEMBERS_MAX)) {
    copy[name] = isSecretName(name) ? SECRET_TEXT : redacted(member, depth + 1);
  }
  return copy;
}

function redactedError(error: Error, depth: number): unknown {
  const { name: type, message, stack } = error;
  const more = error instanceof CairnError ? { code: error.code, details: redacted(error.details, depth + 1) } : {};
  const code = (error as NodeJS.ErrnoException).code;
  return {
    type,
    ...(typeof code === 'string' && { code }),
    ...more,
    message: textWithoutCredentials(message),
    stack: textWithoutCredentials(stack ?? ''),
    ...(error.cause !== undefined && { cause: redacted(error.cause, depth + 1) }),
  };
}

function textWithoutCredentials(text: string): string {
  return text.slice(0, TEXT_MAX).replace(CREDENTIALS, SECRET_TEXT);
}
