import { isObject, setMember, type Value, type ValueObject } from '@cairn/protocol/internal';
import { NATIVE_LIMITS } from '../limits.ts';
import { NativeError, type NativeTable } from '../native-function.ts';
import { Parameters } from '../parameters.ts';
import { slugify } from '../text/slug.ts';
import { collapseWhiteSpace, trim } from '../text/white-space.ts';

type Step = (text: string) => string;

/** Takes out everything from a `<` to the next `>`; a `<` that no `>` follows stays. */
function stripTags(text: string): string {
  const end = text.lastIndexOf('>');
  return end < 0 ? text : text.slice(0, end + 1).replace(/<[^>]*>/g, '') + text.slice(end + 1);
}

/** What is done to texts, in this order. */
const STEPS: readonly (readonly [name: string, step: Step])[] = [
  ['trim', collapseWhiteSpace],
  ['lowercase', (text) => text.toLowerCase()],
  ['uppercase', (text) => text.toUpperCase()],
  ['normalize_whitespace', collapseWhiteSpace],
  ['strip_html', stripTags],
];

/** What is done to names, in this order. */
const KEY_STEPS: readonly (readonly [name: string, step: Step])[] = [
  ['trim_keys', trim],
  ['lowercase_keys', (text) => text.toLowerCase()],
  ['sanitize_keys', (text) => text.replace(/[^\p{L}\p{N}_]+/gu, '_')],
];

/** Whether a step is wanted for a field: everywhere, or where its name is among the given ones. */
function isWanted(wish: Value | undefined, field: string | undefined): boolean {
  if (Array.isArray(wish)) return field !== undefined && wish.includes(field);
  return wish === true || isObject(wish);
}

class Sanitizer {
  readonly #operations: ValueObject;

  constructor(operations: ValueObject) {
    this.#operations = operations;
  }

  clean(value: Value, field?: string, depth = 0): Value {
    if (depth > NATIVE_LIMITS.sanitizeMaxDepth) throw new NativeError('sanitize: nested too deep');
    if (typeof value === 'string') return this.#apply(STEPS, value, field);
    if (Array.isArray(value)) return value.map((element) => this.clean(element, field, depth + 1));
    if (!isObject(value)) return value;
    const cleaned: ValueObject = {};
    for (const [name, member] of Object.entries(value)) {
      setMember(cleaned, this.#apply(KEY_STEPS, name), this.clean(member, name, depth + 1));
    }
    return cleaned;
  }

  #apply(steps: typeof STEPS, text: string, field?: string): string {
    const wanted = steps.filter(([name]) => isWanted(this.#operations[name], field));
    return wanted.reduce((cleaned, [, step]) => step(cleaned), text);
  }
}

/** What stands behind `solidb.sanitize`. */
export const sanitizeFunctions = {
  /** All texts inside a value, cleaned by the operations; without any, tags are taken out. */
  sanitize(...values) {
    const p = new Parameters('sanitize', values);
    return new Sanitizer(p.has(2) ? p.object(2) : { strip_html: true }).clean(p.value(1));
  },
  trim: (...values) => trim(new Parameters('trim', values).text(1)),
  slug: (...values) => slugify(new Parameters('slug', values).text(1)),
} satisfies NativeTable;
