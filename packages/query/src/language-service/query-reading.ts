import type { TokenType } from 'chevrotain';
import * as t from '../lexer/token-types.ts';
import { keyword } from '../lexer/token-types.ts';
import { type Expected, type Reading, Recognizer } from './grammar/recognizer.ts';
import { type ScannedPiece, type ScannedToken, scan } from './tokens/scan.ts';

/** A token with what the grammar took it for; undefined where it fits nowhere. */
export interface ReadToken extends ScannedToken {
  readonly reading: Reading | undefined;
}

/** A text, or the beginning of one, as far as it can be understood. */
export interface QueryReading {
  readonly text: string;
  readonly pieces: readonly ScannedPiece[];
  readonly tokens: readonly ReadToken[];
  /** What may stand at the end of the text. */
  expected(): Expected[];
}

/** Reads a text token by token, past everything that is wrong in it. */
export function readText(text: string, pieces: readonly ScannedPiece[] = scan(text)): QueryReading {
  const scanned = pieces.filter((piece) => piece.kind === 'token');
  const recognizer = new Recognizer();
  for (const [index, token] of scanned.entries()) recognizer.take(token.type, scanned[index + 1]?.type);
  const readings = recognizer.readings();
  const tokens = scanned.map((token, index) => ({ ...token, reading: readings[index] }));
  return { text, pieces, tokens, expected: () => recognizer.expected() };
}

/** The rule in which a token stands. */
export function ruleOf(token: ReadToken): string | undefined {
  return token.reading?.frame?.rule;
}

/** The name that a token stands for, in its own spelling. */
export function nameIn(text: string, token: ScannedToken): string {
  const image = text.slice(token.start, token.end);
  return image[0] === '`' ? image.slice(1, -1) : image;
}

/** Whether the grammar took a token as a name, whatever else its word may mean. */
export function isNamed(tokens: readonly ReadToken[], index: number): boolean {
  const { reading } = tokens[index]!;
  if (reading === undefined) return false;
  const { type } = reading;
  if (type === t.Name || type === t.Word || type === t.CallableKeyword) return true;
  // `ANY` is a function where arguments follow.
  return type === keyword.ANY && reading.frame?.rule === 'named' && tokens[index + 1]?.type === t.OpenParenthesis;
}

/** Whether the grammar took the token for the very word or sign that it is, not for a name. */
export function isTakenFor(token: ReadToken | undefined, type: TokenType): boolean {
  return token?.reading !== undefined && token.reading.type === type;
}
