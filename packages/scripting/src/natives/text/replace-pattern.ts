import { NATIVE_LIMITS } from '../limits.ts';
import { NativeError } from '../native-function.ts';
import { patternOf } from './pattern.ts';

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
export function replacePattern(text: string, patternText: string, replacement: string): string {
  const pattern = patternOf(patternText);
  pattern.checkLength(text);
  const matcher = pattern.compiled.matcher(text);
  const names = new Map(Object.entries(pattern.compiled.namedGroups()));
  const parts = parseReplacement(replacement);
  const groupText = (group: string): string => {
    const number = /^\d+$/.test(group) ? Number(group) : (names.get(group) ?? -1);
    return number >= 0 && number <= matcher.groupCount() ? (matcher.group(number) ?? '') : '';
  };
  let result = '';
  let end = 0;
  let hasMatched = false;
  while (matcher.find()) {
    // An empty match where the last one has ended is none.
    if (matcher.end() === end && matcher.start() === end && hasMatched) continue;
    hasMatched = true;
    result += text.slice(end, matcher.start());
    for (const part of parts) result += 'text' in part ? part.text : groupText(part.group);
    if (result.length > NATIVE_LIMITS.textMaxLength) throw new NativeError('Result too long');
    end = matcher.end();
  }
  return result + text.slice(end);
}
