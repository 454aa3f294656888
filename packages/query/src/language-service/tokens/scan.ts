import type { TokenType } from 'chevrotain';
import { LexicalError } from '../../lexer/lexical-error.ts';
import { matchBind, matchName, matchNumber, matchQuotedName, matchString } from '../../lexer/matchers.ts';
import {
  Bind,
  CollectionBind,
  Identifier,
  InterpolationEnd,
  InterpolationStart,
  LEXED_TYPES,
  NumberText,
  QuotedName,
  StringText,
  TemplateEnd,
  TemplateStart,
  TemplateText,
  WORD_TYPES,
} from '../../lexer/token-types.ts';
import { PARSER_LIMITS } from '../../parser/limits.ts';

/** A piece of a text; offsets count UTF-16 units from 0, `end` is behind the last one. Blanks are in no piece. */
export type ScannedPiece =
  | { readonly kind: 'token'; readonly type: TokenType; readonly start: number; readonly end: number }
  | { readonly kind: 'comment'; readonly start: number; readonly end: number }
  | { readonly kind: 'broken'; readonly problem: string; readonly start: number; readonly end: number };

export type ScannedToken = Extract<ScannedPiece, { kind: 'token' }>;

/** Symbols by their first character, in the lexer's order: longer ones before their beginnings. */
const SYMBOLS = new Map<string, { readonly text: string; readonly type: TokenType }[]>();
for (const type of LEXED_TYPES) {
  if (typeof type.PATTERN !== 'string') continue;
  const first = type.PATTERN[0]!;
  if (!SYMBOLS.has(first)) SYMBOLS.set(first, []);
  SYMBOLS.get(first)!.push({ text: type.PATTERN, type });
}

const BLANKS = /[\s\u0085]+/y;

/**
 * The tokens and comments of a text in their order. Of a text that is a query they are those of the lexer; of any other
 * text, what fits nowhere is a broken piece, and the scan goes on behind it.
 */
export function scan(text: string): ScannedPiece[] {
  const scanner = new Scanner(text);
  scanner.run(0, text.length, 0);
  return scanner.pieces;
}

class Scanner {
  readonly pieces: ScannedPiece[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Scans from `start` to `limit`, inside of `templateDepth` template strings. */
  run(start: number, limit: number, templateDepth: number): void {
    // A matcher must not look beyond the end of an interpolation.
    const text = limit === this.#text.length ? this.#text : this.#text.slice(0, limit);
    for (let at = start; at < limit; ) {
      BLANKS.lastIndex = at;
      const blanks = BLANKS.exec(text);
      if (blanks !== null) at += blanks[0].length;
      else if (text.startsWith('--', at)) at = this.#comment(text, at);
      else if (text[at] === '$' && (text[at + 1] === '"' || text[at + 1] === "'")) {
        at = this.#template(text, at, templateDepth + 1);
      } else at = this.#token(text, at);
    }
  }

  #comment(text: string, start: number): number {
    const lineEnd = text.indexOf('\n', start);
    const end = lineEnd < 0 ? text.length : lineEnd;
    this.pieces.push({ kind: 'comment', start, end });
    return end;
  }

  #token(text: string, start: number): number {
    try {
      const matched = matchAt(text, start);
      if (matched !== undefined) {
        const end = start + matched.length;
        this.#push(matched.type, start, end);
        return end;
      }
    } catch (error) {
      if (!(error instanceof LexicalError)) throw error;
      return this.#broken(text, start, error.message);
    }
    return this.#broken(text, start, `unexpected character '${String.fromCodePoint(text.codePointAt(start)!)}'`);
  }

  /** An open quote spoils the rest of its line, any other character only itself. */
  #broken(text: string, start: number, problem: string): number {
    const opened = '"\'`'.includes(text[start]!);
    const lineEnd = text.indexOf('\n', start);
    let end = start + (text.codePointAt(start)! > 0xffff ? 2 : 1);
    if (opened) end = lineEnd < 0 ? text.length : lineEnd;
    this.pieces.push({ kind: 'broken', problem, start, end });
    return end;
  }

  #template(text: string, start: number, templateDepth: number): number {
    if (templateDepth > PARSER_LIMITS.templateNestingMax) {
      this.pieces.push({ kind: 'broken', problem: 'template strings are nested too deep', start, end: text.length });
      return text.length;
    }
    const quote = text[start + 1];
    this.#push(TemplateStart, start, start + 2);
    let textStart = start + 2;
    const endText = (end: number) => {
      if (end > textStart) this.#push(TemplateText, textStart, end);
    };
    for (let at = textStart; at < text.length; at++) {
      if (text[at] === quote) {
        endText(at);
        this.#push(TemplateEnd, at, at + 1);
        return at + 1;
      }
      if (text[at] === '\\' || text.startsWith('$$', at)) at++;
      else if (text.startsWith('${', at)) {
        endText(at);
        this.#push(InterpolationStart, at, at + 2);
        const end = interpolationEnd(text, at + 2);
        this.run(at + 2, end, templateDepth);
        if (end === text.length) return end; // still being typed
        this.#push(InterpolationEnd, end, end + 1);
        at = end;
        textStart = end + 1;
      }
    }
    const lineEnd = text.indexOf('\n', textStart);
    const end = lineEnd < 0 ? text.length : lineEnd;
    const problem = 'this template string has no closing quote';
    if (end > textStart) this.pieces.push({ kind: 'broken', problem, start: textStart, end });
    return Math.max(end, textStart);
  }

  #push(type: TokenType, start: number, end: number): void {
    this.pieces.push({ kind: 'token', type, start, end });
  }
}

/** Braces are counted in the raw text, as the lexer counts them. */
function interpolationEnd(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return text.length;
}

function matchAt(text: string, at: number): { readonly type: TokenType; readonly length: number } | undefined {
  const name = matchName(text, at);
  if (name !== null) {
    const word = name[0];
    return { type: WORD_TYPES.get(word) ?? WORD_TYPES.get(word.toUpperCase()) ?? Identifier, length: word.length };
  }
  const character = text[at]!;
  if (character === '"' || character === "'") return { type: StringText, length: matchString(text, at)[0].length };
  if (character === '`') return { type: QuotedName, length: matchQuotedName(text, at)[0].length };
  if (character === '@') {
    const image = matchBind(text, at)[0];
    return { type: image[1] === '@' ? CollectionBind : Bind, length: image.length };
  }
  const symbol = SYMBOLS.get(character)?.find((candidate) => text.startsWith(candidate.text, at));
  if (symbol !== undefined) return { type: symbol.type, length: symbol.text.length };
  const number = matchNumber(text, at);
  return number === null ? undefined : { type: NumberText, length: number[0].length };
}
