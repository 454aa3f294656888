import { isObject, LIMITS, type Value } from '@cairn/protocol/internal';

const INTEGER_MIN = -(2n ** 63n);
const INTEGER_MAX = 2n ** 64n - 1n;

/** What `JSON.parse` tells its reviver about a number or another simple value. */
interface ReviverContext {
  readonly source?: string;
}

/**
 * JSON text as a value. 64-bit integers keep all their digits, of two members with one name the last counts. Throws a
 * plain `SyntaxError` for text that is no JSON or no value: numbers out of range, lone surrogates, deep nesting.
 */
export function parseJson(text: string): Value {
  const parsed = tidy(JSON.parse(text) as Value, 0);
  return /\d{16}/.test(text) ? (JSON.parse(text, keepInteger) as Value) : parsed;
}

function keepInteger(_key: string, value: Value, { source }: ReviverContext = {}): Value {
  if (typeof value !== 'number' || source === undefined || !/^-?\d+$/.test(source)) return value;
  if (Number.isSafeInteger(value)) return value + 0;
  const whole = BigInt(source);
  return whole >= INTEGER_MIN && whole <= INTEGER_MAX ? whole : value;
}

/** Checks what `JSON.parse` lets through, and makes -0 a plain 0. */
function tidy(value: Value, depth: number): Value {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new SyntaxError('number out of range');
    return value + 0;
  }
  if (typeof value === 'string') return wellFormed(value);
  if (depth > LIMITS.nestingMaxDepth) throw new SyntaxError(`nested deeper than ${LIMITS.nestingMaxDepth} levels`);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = tidy(value[index], depth + 1);
  } else if (isObject(value)) {
    for (const name of Object.keys(value)) {
      const member = tidy(value[wellFormed(name)], depth + 1);
      // Only numbers are replaced, so a member called `__proto__` (never one's own setter here) is left alone.
      if (typeof member === 'number' && name !== '__proto__') value[name] = member;
    }
  }
  return value;
}

function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  throw new SyntaxError('lone surrogate in a string');
}
