/*
 * The tokens that a plain regular expression does not describe well. A matcher gets the text and an offset and answers
 * a match or null. What has begun but cannot end is thrown at once: a lexer that went on behind the opening quote
 * would read the rest of the text again for each quote in it.
 */
import { LexicalError } from './lexical-error.ts';

type Match = [string] & { payload?: unknown };

const UNICODE_NAME = /[\p{Alphabetic}_][\p{Alphabetic}\p{N}_]*/uy;
const NUMBER = /[0-9]+(?:\.(?!\.)[0-9]*)?/y;
const UNICODE_NUMBER = /\p{N}/uy;
const BIND = /@@?([\p{Alphabetic}\p{N}_]+)/uy;

const isPlainNameCode = (code: number) =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (code >= 48 && code <= 57);

/** A name or keyword: a letter or `_`, then letters, digits or `_`, of any script. */
export function matchName(text: string, offset: number): Match | null {
  let end = offset;
  while (isPlainNameCode(text.charCodeAt(end))) end++;
  if (!(text.charCodeAt(end) >= 128)) {
    const first = text.charCodeAt(offset);
    return end === offset || (first >= 48 && first <= 57) ? null : [text.slice(offset, end)];
  }
  UNICODE_NAME.lastIndex = offset;
  const match = UNICODE_NAME.exec(text);
  return match === null ? null : [match[0]];
}

/** `12`, `12.5`, `12.`; in `1..5` the dots are a range. */
export function matchNumber(text: string, offset: number): Match | null {
  NUMBER.lastIndex = offset;
  const match = NUMBER.exec(text);
  if (match !== null) return [match[0]];
  UNICODE_NUMBER.lastIndex = offset;
  if (UNICODE_NUMBER.test(text))
    throw new LexicalError(`numbers are written with the digits 0 to 9, found ${shown(text, offset)}`, offset);
  return null;
}

/** `'…'` or `"…"`; the payload says whether there is an escape in it. */
export function matchString(text: string, offset: number): Match {
  const quote = text[offset]!;
  const backslash = text.indexOf('\\', offset + 1);
  let end = text.indexOf(quote, offset + 1);
  const escaped = backslash !== -1 && backslash < end;
  if (escaped) {
    for (end = backslash; end < text.length && text[end] !== quote; end++) if (text[end] === '\\') end++;
  }
  if (end === -1 || end >= text.length) throw new LexicalError('this string has no closing quote', offset);
  const match: Match = [text.slice(offset, end + 1)];
  if (escaped) match.payload = true;
  return match;
}

/** A back-ticked name, without escapes. */
export function matchQuotedName(text: string, offset: number): Match {
  const end = text.indexOf('`', offset + 1);
  if (end === -1) throw new LexicalError('this quoted name has no closing back-tick', offset);
  return [text.slice(offset, end + 1)];
}

/** `@name` or `@@name`. */
export function matchBind(text: string, offset: number): Match {
  BIND.lastIndex = offset;
  const match = BIND.exec(text);
  if (match === null) throw new LexicalError("expected the name of a bind variable after '@'", offset);
  return [match[0]];
}

/** A part of a template: text as it is to be read, or where the source text of an interpolation stands. */
export type TemplatePart =
  | { readonly text: string; readonly start: number; readonly end: number }
  | { readonly start: number; readonly end: number };

/** `$'…'` or `$"…"`; the payload is the list of its parts. */
export function matchTemplate(text: string, offset: number): Match {
  const quote = text[offset + 1];
  if (quote !== '"' && quote !== "'") throw new LexicalError(`unexpected character '$'`, offset);
  const parts: TemplatePart[] = [];
  let read = '';
  let partStart = offset + 2;
  let at = offset + 2;
  const endText = () => {
    if (read !== '') parts.push({ text: read, start: partStart, end: at });
    read = '';
  };
  for (; at < text.length; at++) {
    const character = text[at]!;
    if (character === quote) {
      endText();
      const match: Match = [text.slice(offset, at + 1)];
      match.payload = parts;
      return match;
    }
    if (character === '\\') {
      at++;
      if (at < text.length) read += unescaped(text[at]!);
    } else if (character === '$' && text[at + 1] === '$') {
      at++;
      read += '$';
    } else if (character === '$' && text[at + 1] === '{') {
      endText();
      const end = interpolationEnd(text, at + 2, at);
      parts.push({ start: at + 2, end });
      at = end;
      partStart = end + 1;
    } else {
      read += character;
    }
  }
  throw new LexicalError('this template string has no closing quote', offset);
}

/** The `}` that closes an interpolation: braces are counted in the raw text, whatever quotes it holds. */
function interpolationEnd(text: string, start: number, opened: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return at;
  }
  throw new LexicalError("this interpolation has no closing '}'", opened);
}

export function matchIllegal(text: string, offset: number): never {
  throw new LexicalError(`unexpected character ${shown(text, offset)}`, offset);
}

/** What a backslash and this character stand for. */
function unescaped(character: string): string {
  if (character === 'n') return '\n';
  if (character === 't') return '\t';
  return character === 'r' ? '\r' : character;
}

/** The value of a string token's text, quotes included. */
export function readString(image: string, escaped: boolean): string {
  const inner = image.slice(1, -1);
  return escaped ? inner.replace(/\\([\s\S])/g, (_, character: string) => unescaped(character)) : inner;
}

function shown(text: string, offset: number): string {
  const code = text.codePointAt(offset)!;
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return code < 32 || code === 127 ? hex : `'${String.fromCodePoint(code)}'`;
}
