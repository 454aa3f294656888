/*
 * The tokens that a plain regular expression does not describe well. A matcher gets the text and an offset and answers
 * a match or null; what has begun and cannot end is thrown at once.
 */
import type { IToken } from 'chevrotain';
import { LexicalError } from '../../lexer/lexical-error.ts';

type Match = [string] & { payload?: unknown };

const NUMBER = /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
const PARAMETER_NAME = /[\p{Alphabetic}\p{N}_]+/uy;
const BRACKETED = /\[([^[\]]+)\]/y;
/** Words and signs behind which there is a name and no value. */
const BEFORE_NAMES: ReadonlySet<string> = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'TABLE', 'SET', 'AS', '.']);
/** Looked back for each name of a list: longer lists write their names in other quotes. */
const COLUMN_LIST_TOKENS_MAX = 2_000;
const PARAMETER_NUMBER = /[0-9]+/y;

/** `12`, `12.5`, `.5`, `1e-3`. */
export function matchNumber(text: string, offset: number): Match | null {
  NUMBER.lastIndex = offset;
  const match = NUMBER.exec(text);
  return match === null ? null : [match[0]];
}

/** `'it''s'`, and `E'line\n'` with backslashes; the payload is the text that is meant. */
export function matchText(text: string, offset: number): Match | null {
  if (text[offset] === "'") return quoted(text, offset, offset, "'", 'string', (inner) => inner.replaceAll("''", "'"));
  if (text[offset + 1] !== "'") return null;
  return escapedText(text, offset);
}

/**
 * `"name"` and `` `name` ``, the sign doubled where it is part of the name; `[name]` where nothing but a name can stand.
 * Elsewhere a bracket opens an array or an index.
 */
export function matchQuotedName(text: string, offset: number, before: readonly IToken[]): Match | null {
  const sign = text[offset]!;
  if (sign === '[') {
    const match = matchBracketed(text, offset);
    return match !== null && namesBehind(before) ? match : null;
  }
  return quoted(text, offset, offset, sign, 'quoted name', (inner) => inner.replaceAll(sign + sign, sign));
}

function matchBracketed(text: string, offset: number): Match | null {
  BRACKETED.lastIndex = offset;
  const found = BRACKETED.exec(text);
  if (found === null) return null;
  const match: Match = [found[0]];
  match.payload = found[1];
  return match;
}

function namesBehind(before: readonly IToken[]): boolean {
  const last = before.at(-1)?.image.toUpperCase();
  if (last === undefined) return false;
  return BEFORE_NAMES.has(last) || ((last === '(' || last === ',') && endsInColumnList(before));
}

/** Whether the tokens end in the columns of `INSERT INTO table (column, …`. */
function endsInColumnList(tokens: readonly IToken[]): boolean {
  const first = Math.max(0, tokens.length - COLUMN_LIST_TOKENS_MAX);
  for (let at = tokens.length - 1; at > first; at--) {
    const { image } = tokens[at]!;
    if (image === '(') return at > 1 && tokens[at - 2]!.image.toUpperCase() === 'INTO';
    if (image !== ',' && tokens[at + 1]?.image !== ',') return false;
  }
  return false;
}

function quoted(
  text: string,
  offset: number,
  opening: number,
  sign: string,
  what: string,
  read: (inner: string) => string,
): Match {
  let end = text.indexOf(sign, opening + 1);
  while (end !== -1 && text[end + 1] === sign) end = text.indexOf(sign, end + 2);
  if (end === -1) throw new LexicalError(`this ${what} has no closing ${sign}`, offset);
  const match: Match = [text.slice(offset, end + 1)];
  match.payload = read(text.slice(opening + 1, end));
  return match;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
]);

function escapedText(text: string, offset: number): Match {
  let value = '';
  for (let at = offset + 2; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\\' && at + 1 < text.length) {
      const escaped = text[++at]!;
      value += ESCAPES.get(escaped) ?? escaped;
    } else if (character !== "'") value += character;
    else if (text[at + 1] === "'") value += text[at++];
    else {
      const match: Match = [text.slice(offset, at + 1)];
      match.payload = value;
      return match;
    }
  }
  throw new LexicalError("this string has no closing '", offset);
}

/** `?`, `?3`, `$1`, `:name`, `@name`. */
export function matchParameter(text: string, offset: number): Match {
  const sign = text[offset]!;
  const form = sign === '?' ? PARAMETER_NUMBER : PARAMETER_NAME;
  form.lastIndex = offset + 1;
  const name = form.exec(text)?.[0] ?? '';
  if (name === '' && sign !== '?') throw new LexicalError(`expected the name of a parameter after '${sign}'`, offset);
  const match: Match = [text.slice(offset, offset + 1 + name.length)];
  match.payload = name;
  return match;
}

/** A comment in the form of C, which does not nest. */
export function matchBlockComment(text: string, offset: number): Match | null {
  if (text[offset + 1] !== '*') return null;
  const end = text.indexOf('*/', offset + 2);
  if (end === -1) throw new LexicalError('this comment has no closing */', offset);
  return [text.slice(offset, end + 2)];
}
