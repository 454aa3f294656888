import { RE2JS } from 're2js';
import { EXPRESSION_LIMITS } from '../../runtime/values/limits.ts';
import { PatternCache } from '../../runtime/values/text/pattern-cache.ts';
import { unicodeClasses } from '../../runtime/values/text/unicode-classes.ts';
import { FunctionError } from '../function-error.ts';
import { checkTextLength } from '../string/text-limit.ts';

/** Matches between two calls of the checkpoint. */
const MATCHES_PER_CHECKPOINT = 1024;

const patterns = new PatternCache((pattern: string) => compile(pattern, 0));
const patternsOfAnyCase = new PatternCache((pattern: string) => compile(pattern, RE2JS.CASE_INSENSITIVE));

function compile(pattern: string, flags: number): RE2JS {
  const length = Buffer.byteLength(pattern);
  if (length > EXPRESSION_LIMITS.patternBytesMax) {
    throw new FunctionError(
      'REGEX_REPLACE',
      `argument 2 (pattern) has ${length} bytes, more than ${EXPRESSION_LIMITS.patternBytesMax}`,
    );
  }
  try {
    return RE2JS.compile(unicodeClasses(pattern), flags);
  } catch (error) {
    throw new FunctionError('REGEX_REPLACE', `argument 2 (pattern) is no pattern: ${(error as Error).message}`);
  }
}

/** A part of a replacement: text, or the group of that number or name. */
type Part = { readonly text: string } | { readonly group: string };

/** `$$`, `${name}`, `$name` (the longest name there is); any other dollar is text. */
function parseReplacement(replacement: string): Part[] {
  const parts: Part[] = [];
  for (const [written, text, braced, name] of replacement.matchAll(/([^$]+)|\$\{([^}]*)\}|\$([0-9A-Za-z_]+)|\$\$?/g)) {
    const group = braced ?? name;
    parts.push(group === undefined ? { text: text ?? (written === '$$' ? '$' : written) } : { group });
  }
  return parts;
}

/** The text with all matches replaced, from left to right. */
export function replacePattern(
  text: string,
  pattern: string,
  replacement: string,
  options: { readonly caseInsensitive: boolean; readonly checkpoint: () => void },
): string {
  const compiled = (options.caseInsensitive ? patternsOfAnyCase : patterns).get(pattern);
  const matcher = compiled.matcher(text);
  const names = compiled.namedGroups();
  const parts = parseReplacement(replacement);
  const groupText = (group: string): string => {
    const number = /^\d+$/.test(group) ? Number(group) : Object.hasOwn(names, group) ? names[group] : -1;
    return number >= 0 && number <= matcher.groupCount() ? (matcher.group(number) ?? '') : '';
  };
  let result = '';
  let end = 0;
  for (let matches = 1; matcher.find(); matches++) {
    if (matches % MATCHES_PER_CHECKPOINT === 0) options.checkpoint();
    // Nothing, right behind a match, is no match of its own.
    if (matches > 1 && matcher.end() === end) continue;
    result += text.slice(end, matcher.start());
    for (const part of parts) result += 'text' in part ? part.text : groupText(part.group);
    checkTextLength('REGEX_REPLACE', result.length);
    end = matcher.end();
  }
  return result + text.slice(end);
}
