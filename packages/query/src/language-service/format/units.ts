import * as t from '../../lexer/token-types.ts';
import { isOfType } from '../grammar/automaton.ts';
import type { Reading } from '../grammar/recognizer.ts';
import { isNamed, type QueryReading, type ReadToken, ruleOf } from '../query-reading.ts';
import { scan } from '../tokens/scan.ts';

/** A piece that is never broken: a token, or a whole template string, with the comments around it. */
export interface Unit {
  readonly text: string;
  readonly token: ReadToken;
  readonly reading: Reading;
  /** Comments on lines of their own before it. */
  readonly leading: readonly string[];
  /** A comment behind it on the same line. */
  trailing?: string;
  /** An empty line stands before it and its leading comments. */
  readonly spaced: boolean;
}

export interface Units {
  readonly units: readonly Unit[];
  /** Comments behind the last unit, on lines of their own. */
  readonly final: readonly string[];
}

/** The units of a text that parses. */
export function unitsOf({ text, pieces, tokens }: QueryReading): Units {
  const units: Unit[] = [];
  let leading: string[] = [];
  let spaced = false;
  let tokenIndex = 0;
  let end = 0;
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index]!;
    const gap = text.slice(end, piece.start);
    if (leading.length === 0) spaced = end > 0 && /\n[^\S\n]*\n/.test(gap);
    if (piece.kind === 'comment') {
      const comment = text.slice(piece.start, piece.end).trimEnd();
      const last = units.at(-1);
      const ownLine = last === undefined || leading.length > 0 || last.trailing !== undefined || gap.includes('\n');
      if (ownLine) leading.push(comment);
      else last.trailing = comment;
      end = piece.end;
      continue;
    }
    const token = tokens[tokenIndex++]!;
    end = token.end;
    if (token.type === t.TemplateStart) {
      for (let depth = 1; depth > 0; tokenIndex++) {
        const { type } = tokens[tokenIndex]!;
        if (type === t.TemplateStart) depth++;
        else if (type === t.TemplateEnd) depth--;
        end = tokens[tokenIndex]!.end;
      }
      while (index + 1 < pieces.length && pieces[index + 1]!.start < end) index++;
    }
    const image = text.slice(token.start, end);
    const isKeyword = isOfType(token.type, t.Word) && !isNamed(tokens, tokenIndex - 1);
    units.push({ text: isKeyword ? image.toUpperCase() : image, token, reading: token.reading!, leading, spaced });
    leading = [];
  }
  return { units, final: leading };
}

const TIGHT_BEHIND: ReadonlySet<unknown> = new Set([
  t.OpenParenthesis,
  t.OpenBracket,
  t.OpenBrace,
  t.Dot,
  t.OptionalDot,
  t.Range,
]);
const TIGHT_BEFORE: ReadonlySet<unknown> = new Set([
  t.CloseParenthesis,
  t.CloseBracket,
  t.CloseBrace,
  t.Dot,
  t.OptionalDot,
  t.Range,
  t.Comma,
]);
const PREFIXES: ReadonlySet<unknown> = new Set([t.Exclamation, t.Minus, t.Tilde]);

/** What stands between two units on one line. */
export function gapBetween(left: Unit, right: Unit): '' | ' ' {
  return wantsBlank(left, right) || runTogether(left.text, right.text) ? ' ' : '';
}

function wantsBlank(left: Unit, right: Unit): boolean {
  const before = left.token.type;
  const after = right.token.type;
  if (TIGHT_BEHIND.has(before) || TIGHT_BEFORE.has(after)) return false;
  if (after === t.Colon) return ruleOf(right.token) !== 'member';
  if (after === t.OpenBracket) return ruleOf(right.token) !== 'suffixed';
  if (after === t.OpenParenthesis) return ruleOf(right.token) !== 'arguments';
  return !(PREFIXES.has(before) && ruleOf(left.token) === 'operand');
}

/** Whether two texts beside each other would be read as something else: `5` and `.x`, `-` and `-`. */
function runTogether(left: string, right: string): boolean {
  if (/^[\w([{]/.test(right) && /[([{.]$/.test(left) && !/\d\.$/.test(left)) return false;
  if (/^[)\]},]/.test(right)) return false;
  const [first, ...rest] = scan(left + right);
  return first?.end !== left.length || rest[0]?.end !== left.length + right.length || first.kind !== 'token';
}
