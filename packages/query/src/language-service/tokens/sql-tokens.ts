import { SQL_KEYWORDS } from '../../sql/lexer/sql-keywords.ts';
import type { ClassifiedToken, TokenKind } from './tokens.ts';

/** Words that are no keywords everywhere, but hardly ever names. */
const USUAL_WORDS = [
  'INSERT',
  'INTO',
  'VALUES',
  'UPDATE',
  'SET',
  'DELETE',
  'TABLE',
  'INDEX',
  'UNIQUE',
  'LIMIT',
  'OFFSET',
  'EXPLAIN',
  'ANALYZE',
  'RETURNING',
];
const KEYWORDS: ReadonlySet<string> = new Set([...SQL_KEYWORDS, ...USUAL_WORDS]);
const CONSTANTS: ReadonlySet<string> = new Set(['TRUE', 'FALSE', 'NULL']);

/** The kinds of pieces of SQL, each with what it looks like, in the order in which they are tried. */
const PIECES: readonly (readonly [TokenKind | 'word' | 'blank', RegExp])[] = [
  ['blank', /\s+/y],
  ['comment', /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ['string', /'(?:[^']|'')*'/y],
  ['variable', /"(?:[^"]|"")*"/y],
  ['number', /[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?/y],
  ['word', /[\p{Alphabetic}_][\p{Alphabetic}\p{N}_$]*/uy],
  ['bind', /[@:$][\p{Alphabetic}\p{N}_]+|\?/uy],
  ['punctuation', /[().,;[\]]/y],
  ['operator', /[-+*/%<>=!|&^~:]+/y],
  ['invalid', /['"][^\n]*|./suy],
];

/** Words that SQL statements are written with, in capitals. */
export const sqlKeywords: readonly string[] = [...KEYWORDS].sort();

/** The pieces of a text of SQL, classified by what they look like; also of one that is broken or still being typed. */
export function sqlTokens(text: string): ClassifiedToken[] {
  const found: ClassifiedToken[] = [];
  for (let start = 0; start < text.length; ) {
    const { kind, end } = pieceAt(text, start);
    if (kind !== 'blank') found.push({ kind: kind === 'word' ? kindOfWord(text, start, end) : kind, start, end });
    start = end;
  }
  return found;
}

function pieceAt(text: string, start: number): { readonly kind: TokenKind | 'word' | 'blank'; readonly end: number } {
  for (const [kind, pattern] of PIECES) {
    pattern.lastIndex = start;
    const match = pattern.exec(text);
    if (match !== null) return { kind, end: start + match[0].length };
  }
  return { kind: 'invalid', end: start + 1 };
}

function kindOfWord(text: string, start: number, end: number): TokenKind {
  const word = text.slice(start, end).toUpperCase();
  if (text[start - 1] === '.') return 'attribute';
  if (CONSTANTS.has(word)) return 'constant';
  if (KEYWORDS.has(word)) return 'keyword';
  return /^\s*\(/.test(text.slice(end, end + 20)) ? 'function' : 'variable';
}
