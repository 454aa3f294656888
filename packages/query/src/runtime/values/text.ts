import { CairnError, type Value } from '@cairn/protocol/internal';
import { EXPRESSION_LIMITS } from './limits.ts';

/**
 * A value as the text that a template makes of it; null is `null`. Arrays and objects are compact JSON with sorted
 * keys, so that equal values have equal text.
 */
export function toText(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'object':
      if (value instanceof Date) return value.toISOString();
      if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
      return new JsonText().write(value);
    default:
      return `${value}`;
  }
}

/** Counts what it writes, since a small value that shares its parts may have a text without end. */
class JsonText {
  #left: number = EXPRESSION_LIMITS.textLengthMax;

  write(value: Value): string {
    if (value === null || typeof value !== 'object') {
      return this.#count(typeof value === 'string' ? JSON.stringify(value) : `${value}`);
    }
    if (value instanceof Date || value instanceof Uint8Array) return this.#count(JSON.stringify(toText(value)));
    if (Array.isArray(value)) {
      this.#count('[]');
      return `[${value.map((element) => this.write(element)).join(',')}]`;
    }
    this.#count('{}');
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${this.#count(JSON.stringify(name))}:${this.write(value[name])}`).join(',')}}`;
  }

  #count(text: string): string {
    this.#left -= text.length;
    if (this.#left >= 0) return text;
    const limit = EXPRESSION_LIMITS.textLengthMax;
    throw new CairnError('limit_exceeded', `A text would be longer than ${limit}`, { details: { limit } });
  }
}
