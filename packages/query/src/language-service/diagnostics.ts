import type { CairnError } from '@cairn/protocol/internal';
import type { Span } from '../ast/expression.ts';
import type { Query } from '../ast/query.ts';
import * as t from '../lexer/token-types.ts';
import { parseQuery } from '../parser/parse-query.ts';
import { positionAt, QuerySyntaxError } from '../parser/query-syntax-error.ts';
import { buildPlan } from '../plan/builder.ts';
import { MissingBindError, UnknownVariableError } from '../plan/problems/plan-errors.ts';
import type { PlanProblem } from '../plan/problems/plan-problem.ts';
import type { Catalogue } from './catalogue.ts';
import { CLAUSE_STARTS } from './grammar/recognizer.ts';
import { type ScannedToken, scan } from './tokens/scan.ts';

/** Something wrong in a text. Line and column count from 1, columns in code points; offset and length in UTF-16 units. */
export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly length: number;
}

/** Mistakes of syntax looked for in one text: each needs another parse. */
const SYNTAX_ERRORS_MAX = 8;

/**
 * What is wrong with a text, in its order: the first mistakes of syntax, and, as the planner says it, unknown
 * functions, variables, wrong counts of arguments, and, where a catalogue is given, unknown collections.
 *
 * @example
 * diagnostics('RETURN UPER("a")')[0]?.message; // 'Unknown function: UPER'
 */
export function diagnostics(text: string, catalogue?: Catalogue): Diagnostic[] {
  const { query, errors, readable } = parsePastMistakes(text);
  const found = errors.map((error) => ofSyntaxError(text, error));
  if (query !== undefined) {
    // A clause that was cut out may have bound the names that are missing now.
    const isSure = (problem: PlanProblem) => errors.length === 0 || !(problem.error instanceof UnknownVariableError);
    for (const problem of planProblems(query, readable, catalogue).filter(isSure)) found.push(ofProblem(text, problem));
  }
  return found.sort((a, b) => a.offset - b.offset);
}

interface Parsed {
  /** Undefined when there are more mistakes than are looked for. */
  readonly query?: Query;
  readonly errors: readonly QuerySyntaxError[];
  /** The text with blanks in the place of what could not be read. */
  readonly readable: string;
}

/** Parses; at a mistake, once more without the clause that it stands in, and so on. */
function parsePastMistakes(text: string): Parsed {
  const errors: QuerySyntaxError[] = [];
  let readable = text;
  for (;;) {
    try {
      return { query: parseQuery(readable), errors, readable };
    } catch (error) {
      if (!(error instanceof QuerySyntaxError)) throw error;
      // Once something has been cut out, that the rest is no whole query is no news.
      if (errors.length > 0 && offsetOf(error) >= readable.trimEnd().length) return { errors, readable };
      errors.push(error);
      const shorter = withoutClauseAt(readable, offsetOf(error));
      if (shorter === undefined || errors.length === SYNTAX_ERRORS_MAX) return { errors, readable };
      readable = shorter;
    }
  }
}

const offsetOf = (error: QuerySyntaxError) => error.details.offset as number;

/** The text with blanks in the place of the clause around an offset; undefined when there is nothing left to go on with. */
function withoutClauseAt(text: string, offset: number): string | undefined {
  const pieces = scan(text);
  const tokens = pieces.filter((piece) => piece.kind === 'token');
  const at = tokens.findIndex((token) => token.end > offset);
  const wrong = at < 0 ? tokens.length : at;
  if (closesNothing(tokens, wrong)) return withBlanks(text, tokens[wrong]!);
  let first = wrong - 1;
  while (first >= 0 && !startsClause(tokens, first)) first--;
  const start = first < 0 ? 0 : tokens[first]!.start;
  const end = endOfClause(tokens, { after: first, wrong }, text.length);
  return end <= start || text.slice(start, end).trim() === '' ? undefined : withBlanks(text, { start, end });
}

function withBlanks(text: string, { start, end }: Span): string | undefined {
  const shorter = text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end);
  return shorter.trim() === '' ? undefined : shorter;
}

/** Whether a token is a closing bracket that nothing before it has opened. */
function closesNothing(tokens: readonly ScannedToken[], index: number): boolean {
  if (!CLOSING.has(tokens[index]?.type)) return false;
  let depth = 0;
  for (const { type } of tokens.slice(0, index))
    if (OPENING.has(type)) depth++;
    else if (CLOSING.has(type)) depth--;
  return depth <= 0;
}

/** Where the clause around the wrong token ends: at the next one, or at a bracket that was opened before it. */
function endOfClause(
  tokens: readonly ScannedToken[],
  { after, wrong }: { readonly after: number; readonly wrong: number },
  textEnd: number,
): number {
  let depth = 0;
  for (let index = after + 1; index < tokens.length; index++) {
    const { type, start } = tokens[index]!;
    if (OPENING.has(type)) depth++;
    else if (CLOSING.has(type) && --depth < 0) return start;
    else if (index >= wrong && startsClause(tokens, index) && (depth === 0 || index === wrong)) return start;
  }
  return textEnd;
}

const OPENING: ReadonlySet<unknown> = new Set([t.OpenParenthesis, t.OpenBracket, t.OpenBrace, t.InterpolationStart]);
const CLOSING: ReadonlySet<unknown> = new Set([t.CloseParenthesis, t.CloseBracket, t.CloseBrace, t.InterpolationEnd]);

/** Whether a word that begins clauses stands where it is no name. */
function startsClause(tokens: readonly ScannedToken[], index: number): boolean {
  if (!CLAUSE_STARTS.has(tokens[index]!.type)) return false;
  const before = tokens[index - 1]?.type;
  const after = tokens[index + 1]?.type;
  return before !== t.Dot && before !== t.OptionalDot && before !== t.Pipe && after !== t.Colon;
}

function ofSyntaxError(text: string, error: QuerySyntaxError): Diagnostic {
  const offset = offsetOf(error);
  const piece = scan(text).find((candidate) => candidate.start <= offset && offset < candidate.end);
  const end = piece === undefined ? offset : piece.end;
  return place(text, error, { start: offset, end });
}

function ofProblem(text: string, { error, span }: PlanProblem): Diagnostic {
  return place(text, error, span);
}

function place(text: string, error: CairnError, { start, end }: Span): Diagnostic {
  const { line, column, offset } = positionAt(text, Math.min(start, text.length));
  const message = error.message.replace(/ at \d+:\d+$/, '');
  return { code: error.code, message, line, column, offset, length: Math.max(0, Math.min(end, text.length) - offset) };
}

/** Everything that the planner finds wrong, missing bind variables left out: they come with the call. */
function planProblems(query: Query, text: string, catalogue: Catalogue | undefined): PlanProblem[] {
  const problems: PlanProblem[] = [];
  const known = catalogue && new Set(catalogue.collections);
  const view = { collection: (name: string) => known === undefined || known.has(name) || undefined };
  const context = { database: '', view, binds: new Map() };
  const onProblem = (problem: PlanProblem) => {
    if (!(problem.error instanceof MissingBindError)) problems.push(problem);
  };
  buildPlan(query, text, context, onProblem);
  return problems;
}
