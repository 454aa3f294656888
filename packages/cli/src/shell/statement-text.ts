/** What a text is still missing, seen from its characters alone. */
export interface StatementText {
  /** A string, template, quoted name or bracket is not closed. */
  readonly open: boolean;
  /** The last thing outside of strings and comments is a semicolon. */
  readonly terminated: boolean;
  /** There is nothing but blanks and comments. */
  readonly empty: boolean;
}

const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);

/** Scans SDBQL: strings `'…'` and `"…"` with backslash escapes, back-ticked names, `--` comments, brackets. */
export function scanStatement(text: string): StatementText {
  let depth = 0;
  let last = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '-' && text[at + 1] === '-') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (character === '"' || character === "'" || character === '`') {
      const end = closingQuote(text, at);
      if (end < 0) return { open: true, terminated: false, empty: false };
      at = end;
      last = character;
    } else if (character.trim() !== '') {
      if (OPENING.has(character)) depth++;
      else if (CLOSING.has(character)) depth--;
      last = character;
    }
  }
  return { open: depth > 0, terminated: depth <= 0 && last === ';', empty: last === '' };
}

function closingQuote(text: string, opening: number): number {
  const quote = text[opening];
  for (let at = opening + 1; at < text.length; at++) {
    if (text[at] === '\\' && quote !== '`') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

/** The text without the semicolon that ended it; a comment may stand behind. */
export function withoutSemicolon(text: string): string {
  if (!scanStatement(text).terminated) return text;
  for (let at = text.lastIndexOf(';'); at >= 0; at = text.lastIndexOf(';', at - 1)) {
    const before = text.slice(0, at);
    // The one outside of comments is the one behind which nothing is left to say.
    if (scanStatement(text.slice(at + 1)).empty && !scanStatement(before).open && !endsInComment(before)) {
      return before + text.slice(at + 1);
    }
  }
  return text;
}

function endsInComment(text: string): boolean {
  // A quote put behind opens a string unless a comment swallows it.
  return !scanStatement(`${text}'`).open;
}

/** Where a parser stopped, to tell a text that is wrong from one that only ends too early. */
export type ParseProblem = { readonly offset: number } | undefined;

/**
 * Whether what was typed so far is to be run: after a semicolon or an empty line, or as soon as it parses; and also when
 * it is wrong before its end, since no further line can mend it.
 */
export function isComplete(text: string, parse: (text: string) => ParseProblem): boolean {
  const { open, terminated, empty } = scanStatement(text);
  if (empty) return true;
  if (/\n[ \t]*$/.test(text)) return true;
  if (terminated) return true;
  if (open) return false;
  const problem = parse(text);
  return problem === undefined || problem.offset < text.trimEnd().length;
}
