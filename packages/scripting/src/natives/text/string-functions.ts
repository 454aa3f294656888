import type { Value, ValueObject } from '@cairn/protocol/internal';
import { randomLetters } from '../crypto/random.ts';
import { NATIVE_LIMITS } from '../limits.ts';
import { NativeError, type NativeTable } from '../native-function.ts';
import { Parameters } from '../parameters.ts';
import { patternOf } from './pattern.ts';
import { replacePattern } from './replace-pattern.ts';
import { slugify } from './slug.ts';
import { trim, words } from './white-space.ts';

/**
 * At most `length` characters, the suffix for what is cut off counted in. The cut is made at the last blank when
 * that leaves more than half.
 */
function truncate(text: string, length: number, suffix: string): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  const ending = [...suffix];
  if (length <= ending.length) return ending.slice(0, Math.max(0, length)).join('');
  const kept = characters.slice(0, length - ending.length);
  const blank = kept.lastIndexOf(' ');
  return kept.slice(0, blank > kept.length / 2 ? blank : kept.length).join('') + suffix;
}

/** `{{name}}` becomes the variable of that name; names that there is no scalar for stay as they are. */
function fillTemplate(text: string, variables: ValueObject): string {
  let length = text.length;
  return text.replace(/\{\{([^{}]*)\}\}/g, (written, name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : null;
    if (value === null || typeof value === 'object') return written;
    length += String(value).length;
    if (length > NATIVE_LIMITS.textMaxLength) throw new NativeError('Result too long');
    return String(value);
  });
}

function split(text: string, separator: string): string[] {
  return separator === '' ? ['', ...text, ''] : text.split(separator);
}

/** What is to be added so that the text has `length` characters. */
function padding(text: string, length: number, pad: string): string {
  const missing = length - [...text].length;
  if (missing <= 0) return '';
  if (missing > NATIVE_LIMITS.textMaxLength) throw new NativeError('Result too long');
  const [character = ' '] = pad;
  return character.repeat(missing);
}

function capitalize(text: string): string {
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length);
}

/** The functions that scripts find in `string`. */
export const stringFunctions = {
  regex(...values) {
    const p = new Parameters('regex', values);
    return patternOf(p.text(2)).test(p.text(1));
  },
  regex_replace(...values) {
    const p = new Parameters('regex_replace', values);
    return replacePattern(p.text(1), p.text(2), p.text(3));
  },
  slugify: (...values) => slugify(new Parameters('slugify', values).text(1)),
  truncate(...values) {
    const p = new Parameters('truncate', values);
    return truncate(p.text(1), p.integer(2), p.textOr(3, '...'));
  },
  template(...values) {
    const p = new Parameters('template', values);
    return fillTemplate(p.text(1), p.optionalObject(2));
  },
  split(...values): Value {
    const p = new Parameters('split', values);
    return split(p.text(1), p.textOr(2, ' '));
  },
  trim: (...values) => trim(new Parameters('trim', values).text(1)),
  pad_left(...values) {
    const p = new Parameters('pad_left', values);
    return padding(p.text(1), p.integer(2), p.textOr(3, ' ')) + p.text(1);
  },
  pad_right(...values) {
    const p = new Parameters('pad_right', values);
    return p.text(1) + padding(p.text(1), p.integer(2), p.textOr(3, ' '));
  },
  capitalize: (...values) => capitalize(new Parameters('capitalize', values).text(1)),
  title_case: (...values) => words(new Parameters('title_case', values).text(1)).map(capitalize).join(' '),
  starts_with(...values) {
    const p = new Parameters('starts_with', values);
    return p.text(1).startsWith(p.text(2));
  },
  ends_with(...values) {
    const p = new Parameters('ends_with', values);
    return p.text(1).endsWith(p.text(2));
  },
  random(...values) {
    return randomLetters(new Parameters('random', values).count(1, NATIVE_LIMITS.randomMaxBytes));
  },
} satisfies NativeTable;
