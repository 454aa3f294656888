import type { FunctionContext, FunctionDefinition } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { FUNCTION_LIMITS } from '../limits.ts';

/** Digits of ULIDs: Crockford's base 32. */
const ULID_DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const NANOID_LETTERS = 'useandom-26T198340PX75pxJACKVERYMINDBUSHWOLF_GQZbfghjklqvwyzrict';
const NANOID_LENGTH = 21;

/** 16 bytes as a UUID (RFC 9562) of a version. */
function formatUuid(bytes: Uint8Array, version: number): string {
  bytes[6] = (bytes[6] & 0x0f) | (version << 4);
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = Buffer.from(bytes).toString('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** A UUID that begins with the time in milliseconds, so that later ones sort later. */
function timeOrderedUuid(context: FunctionContext): string {
  const bytes = Buffer.from(context.randomBytes(16));
  bytes.writeUIntBE(Math.max(0, context.nowMs), 0, 6);
  return formatUuid(bytes, 7);
}

/** 48 bits of time and 80 of chance, five bits a digit. */
function ulid(context: FunctionContext): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(Math.max(0, context.nowMs), 0, 6);
  bytes.set(context.randomBytes(10), 6);
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let digits = '';
  for (let digit = 0; digit < 26; digit++, rest >>= 5n) digits = ULID_DIGITS[Number(rest & 31n)] + digits;
  return digits;
}

function nanoid(context: FunctionContext, length: number): string {
  if (length < 1 || length > FUNCTION_LIMITS.nanoidLengthMax) {
    throw new FunctionError(
      'NANOID',
      `argument 1 (size) must be 1 to ${FUNCTION_LIMITS.nanoidLengthMax}, got ${length}`,
    );
  }
  return Array.from(context.randomBytes(length), (byte) => NANOID_LETTERS[byte & 63]).join('');
}

function generator(
  name: string,
  aliases: readonly string[],
  summary: string,
  length: number,
  generate: (context: FunctionContext) => string,
): FunctionDefinition {
  return {
    name,
    aliases,
    category: 'id',
    parameters: [],
    pure: false,
    summary,
    examples: [{ expression: `LENGTH(${name}())`, result: length }],
    evaluate: generate,
  };
}

/** Functions that make identifiers. */
export const idFunctions: readonly FunctionDefinition[] = [
  generator('UUID', ['UUID_V4', 'UUIDV4'], 'A random UUID (version 4).', 36, (context) =>
    formatUuid(context.randomBytes(16), 4),
  ),
  generator('UUID_V7', ['UUIDV7'], 'A UUID that sorts by the time it was made (version 7).', 36, timeOrderedUuid),
  generator('ULID', [], 'An identifier of 26 letters and digits that sorts by the time it was made.', 26, ulid),
  {
    name: 'NANOID',
    category: 'id',
    parameters: [{ name: 'size', type: 'integer', optional: true }],
    pure: false,
    summary: `A random identifier of letters, digits, _ and -, of ${NANOID_LENGTH} characters or as many as asked.`,
    examples: [{ expression: 'LENGTH(NANOID(10))', result: 10 }],
    evaluate: (context: FunctionContext, length = NANOID_LENGTH) => nanoid(context, length),
  },
];
